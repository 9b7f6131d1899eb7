// Things that would lie over each other on the screen, put together: each heap can be tapped alone.

// points: {x, y, weight, …}; within: pixels. The heaviest first; a heap stands at its weighted middle.
export function heaped(points, within) {
  const heaps = [];
  for (const point of [...points].sort((a, b) => b.weight - a.weight)) {
    const near = heaps.find((heap) => Math.hypot(heap.x - point.x, heap.y - point.y) < within);
    if (!near) {
      heaps.push({ x: point.x, y: point.y, weight: point.weight, members: [point] });
      continue;
    }
    const weight = near.weight + point.weight;
    near.x += ((point.x - near.x) * point.weight) / weight;
    near.y += ((point.y - near.y) * point.weight) / weight;
    near.weight = weight;
    near.members.push(point);
  }
  return heaps;
}
