// The camera reads a label's code where the browser can; else links lead to the form for photos.
(() => {
  "use strict";

  const FORMATS = ["qr_code", "data_matrix", "ean_13", "ean_8", "code_128"];
  const EVERY_MS = 200;
  const box = document.getElementById("camera");
  if (!box || !("BarcodeDetector" in globalThis) || !navigator.mediaDevices?.getUserMedia) return;

  const video = box.querySelector("video");
  const said = box.querySelector("[role=status]");
  const off = box.querySelector("[data-stop]");
  let stream = null;

  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    box.hidden = true;
  };

  const look = async (detector) => {
    if (!stream) return;
    // A frame that cannot be read is no reason to stop: the next one may be.
    const found = await detector.detect(video).catch(() => []);
    const text = found[0]?.rawValue;
    if (text && stream) {
      stop();
      location.href = `/verify?q=${encodeURIComponent(text)}`;
      return;
    }
    setTimeout(look, EVERY_MS, detector);
  };

  const start = async (event) => {
    event.preventDefault();
    if (stream) return;
    box.hidden = video.hidden = off.hidden = false;
    said.textContent = said.dataset.wait;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      await video.play();
      const known = await BarcodeDetector.getSupportedFormats();
      look(new BarcodeDetector({ formats: FORMATS.filter((format) => known.includes(format)) }));
    } catch {
      stop();
      if (location.pathname !== "/scan") location.href = "/scan";
      box.hidden = false;
      video.hidden = off.hidden = true;
      said.textContent = said.dataset.refused;
    }
  };

  document.querySelectorAll("[data-when-scanning]").forEach((each) => (each.hidden = false));
  document.querySelectorAll("[data-scan]").forEach((each) => each.addEventListener("click", start));
  off.addEventListener("click", stop);
  addEventListener("pagehide", stop);
})();
