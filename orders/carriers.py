"""The carriers that staff choose from, and where each shows a parcel's way."""

from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

# The number takes the place of {}; every address was the carrier's own public one when it was written down.
_PAGES = {
    "dhl": ("DHL", "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}"),
    "dhl_de": ("DHL Paket", "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode={}"),
    "ups": ("UPS", "https://www.ups.com/track?tracknum={}"),
    "fedex": ("FedEx", "https://www.fedex.com/fedextrack/?trknbr={}"),
    "usps": ("USPS", "https://tools.usps.com/go/TrackConfirmAction?tLabels={}"),
    "royal_mail": ("Royal Mail", "https://www.royalmail.com/track-your-item#/tracking-results/{}"),
    "evri": ("Evri", "https://www.evri.com/track/parcel/{}/details"),
    "dpd_de": ("DPD", "https://tracking.dpd.de/status/en_US/parcel/{}"),
    "dpd_uk": ("DPD UK", "https://track.dpd.co.uk/parcels/{}"),
    "gls": ("GLS", "https://gls-group.com/track/{}"),
    "hermes_de": ("Hermes", "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation#{}"),
    "la_poste": ("La Poste, Colissimo", "https://www.laposte.fr/outils/suivre-vos-envois?code={}"),
    "chronopost": ("Chronopost", "https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={}"),
}
OTHER = "other"
CHOICES = [*((code, name) for code, (name, _page) in _PAGES.items()), (OTHER, _("Another carrier"))]


def tracking_url(carrier: str, tracking: str) -> str:
    """The carrier's page about a parcel; empty without a number, or for a carrier without a known page."""
    if not tracking or carrier not in _PAGES:
        return ""
    return _PAGES[carrier][1].format(quote(tracking.replace(" ", ""), safe=""))
