"""A peer storefront, django-oscar 4.2.1 (BSD), in production settings on the same PostgreSQL.

Installed into a throw-away place of its own, never a dependency: templates cached, `DEBUG` off,
connections kept, gunicorn's sync workers as ours. Its product page, with a price and stock, of a
thousand products made through its own models.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

PEER = "django-oscar==4.2.1"
PRODUCTS = 1_000
_SETTINGS = """
import json, os
from oscar.defaults import *
SECRET_KEY = "k" * 50
DEBUG = False
ALLOWED_HOSTS = ["*"]
SITE_ID = 1
ROOT_URLCONF = "shop_urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {**json.loads(os.environ["PEER_DATABASE"]), "CONN_MAX_AGE": None,
                         "ATOMIC_REQUESTS": True}}
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
LOGGING = {"version": 1, "disable_existing_loggers": True}
STATIC_URL, MEDIA_URL, MEDIA_ROOT = "/static/", "/media/", os.environ["PEER_FOLDER"]
USE_TZ = True
OSCAR_SHOP_NAME, OSCAR_DEFAULT_CURRENCY, OSCAR_MISSING_IMAGE_URL = "Peer", "VND", "none.jpg"
INSTALLED_APPS = [
    "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
    "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles",
    "django.contrib.sites", "django.contrib.flatpages",
    "oscar.config.Shop", "oscar.apps.analytics.apps.AnalyticsConfig",
    "oscar.apps.checkout.apps.CheckoutConfig", "oscar.apps.address.apps.AddressConfig",
    "oscar.apps.shipping.apps.ShippingConfig", "oscar.apps.catalogue.apps.CatalogueConfig",
    "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
    "oscar.apps.communication.apps.CommunicationConfig",
    "oscar.apps.partner.apps.PartnerConfig", "oscar.apps.basket.apps.BasketConfig",
    "oscar.apps.payment.apps.PaymentConfig", "oscar.apps.offer.apps.OfferConfig",
    "oscar.apps.order.apps.OrderConfig", "oscar.apps.customer.apps.CustomerConfig",
    "oscar.apps.search.apps.SearchConfig", "oscar.apps.voucher.apps.VoucherConfig",
    "oscar.apps.wishlists.apps.WishlistsConfig", "oscar.apps.dashboard.apps.DashboardConfig",
    "oscar.apps.dashboard.reports.apps.ReportsDashboardConfig",
    "oscar.apps.dashboard.users.apps.UsersDashboardConfig",
    "oscar.apps.dashboard.orders.apps.OrdersDashboardConfig",
    "oscar.apps.dashboard.catalogue.apps.CatalogueDashboardConfig",
    "oscar.apps.dashboard.offers.apps.OffersDashboardConfig",
    "oscar.apps.dashboard.partners.apps.PartnersDashboardConfig",
    "oscar.apps.dashboard.pages.apps.PagesDashboardConfig",
    "oscar.apps.dashboard.ranges.apps.RangesDashboardConfig",
    "oscar.apps.dashboard.reviews.apps.ReviewsDashboardConfig",
    "oscar.apps.dashboard.vouchers.apps.VouchersDashboardConfig",
    "oscar.apps.dashboard.communications.apps.CommunicationsDashboardConfig",
    "oscar.apps.dashboard.shipping.apps.ShippingDashboardConfig",
    "widget_tweaks", "haystack", "treebeard", "sorl.thumbnail", "django_tables2",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.contrib.flatpages.middleware.FlatpageFallbackMiddleware",
    "oscar.apps.basket.middleware.BasketMiddleware",
]
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    # Without DEBUG Django keeps compiled templates.
    "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
        "oscar.apps.search.context_processors.search_form",
        "oscar.apps.checkout.context_processors.checkout",
        "oscar.apps.communication.notifications.context_processors.notifications",
        "oscar.core.context_processors.metadata",
    ]},
}]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
"""
_URLS = """
from django.apps import apps
from django.urls import include, path
urlpatterns = [path("", include(apps.get_app_config("oscar").urls[0]))]
"""
_FILL = """
import os, sys
import django
django.setup()
from decimal import Decimal
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.conf import settings
from PIL import Image
# The one picture of products without their own: the least work for the peer.
Image.new("RGB", (640, 640), "green").save(os.path.join(settings.MEDIA_ROOT, "none.jpg"))
from oscar.apps.catalogue.models import Category, Product, ProductClass
from oscar.apps.partner.models import Partner, StockRecord
kind = ProductClass.objects.create(name="OCOP", track_stock=True)
shelf = Category.add_root(name="Đặc sản")
partner = Partner.objects.create(name="Hợp tác xã")
for number in range(int(sys.argv[1])):
    product = Product.objects.create(product_class=kind, title=f"Bưởi {number}",
        upc=str(number), description="<p>Bưởi da xanh, hái lúc sáng sớm, bọc lưới.</p>" * 5)
    product.categories.add(shelf)
    StockRecord.objects.create(product=product, partner=partner, partner_sku=str(number),
        price_currency="VND", price=Decimal(45000), num_in_stock=100)
    print(product.get_absolute_url())
"""


class NotToBeHad(Exception):
    """The peer cannot be installed or run here; why."""


class Shop:
    """A filled storefront, to be served by its own Python."""

    def __init__(self, url: str, folder: Path) -> None:
        self.folder = folder / "peer"
        self.python = self.folder / "bin" / "python"
        parts = urlsplit(url)
        self.env = {
            **os.environ,
            "PEER_FOLDER": str(self.folder),
            "PEER_DATABASE": _database(parts.username, parts.password, parts.hostname, parts.query),
            "DJANGO_SETTINGS_MODULE": "shop_settings",
            "PYTHONPATH": str(self.folder),
        }

    def install(self) -> list[str]:
        """Install and fill it; the addresses of its products. Raises: NotToBeHad."""
        self._run([sys.executable, "-m", "venv", str(self.folder)])
        needs = [PEER, "sorl-thumbnail", "psycopg[binary]", "gunicorn"]
        self._run([str(self.python), "-m", "pip", "install", "-q", *needs])
        (self.folder / "shop_settings.py").write_text(_SETTINGS)
        (self.folder / "shop_urls.py").write_text(_URLS)
        told = self._run([str(self.python), "-c", _FILL, str(PRODUCTS)])
        return told.split()

    def command(self, port: int, workers: int) -> list[str]:
        """How it is served."""
        served = "django.core.wsgi:get_wsgi_application()"
        at = ["--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
        return [str(self.python), "-m", "gunicorn", *at, "--log-level", "error", served]

    def _run(self, command: list[str]) -> str:
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotToBeHad(f"{PEER} cannot be had: {done.stderr.strip()[-300:]}")
        return done.stdout


def _database(user: str | None, password: str | None, host: str | None, query: str) -> str:
    import json

    asked = parse_qs(query)
    return json.dumps(
        {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "peer",
            "USER": user,
            "PASSWORD": password or "",
            "HOST": host or asked["host"][0],
            "PORT": asked.get("port", [""])[0],
        }
    )
