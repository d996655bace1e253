"""What staff change is written down, and administrators read it."""

from django.db import migrations

from accounts.roles import grant
from shopcloud.lib.audit_triggers import Audit, WriteAudit

WHOLE = """
    account.EmailAddress accounts.Address accounts.Consent accounts.ErasureRequest accounts.User
    allauth_idp_oidc.Client auth.Group axes.AccessAttempt axes.AccessFailureLog axes.AccessLog
    catalog.CategoryRedirect catalog.Collection catalog.CollectionItem catalog.FeaturedProduct catalog.ProductExport
    catalog.ProductImport catalog.ProductType catalog.TypeAttribute
    mfa.Authenticator orders.DownloadGrant orders.Fulfilment orders.GiftCard orders.GiftCardEntry orders.Invoice
    orders.Order orders.OrderLine orders.OrderNote orders.PartnerDelivery orders.PartnerEndpoint orders.Payment
    orders.PaymentOperation orders.Promotion orders.PromotionUse orders.Refund orders.ReturnLine orders.ReturnRequest
    orders.SavedCart orders.ShippingMethod orders.ShippingRate orders.ShippingZone orders.StockAlert orders.StockItem
    orders.StockLevel orders.StockLocation orders.StockMovement orders.StockReservation orders.WebhookEvent
    socialaccount.SocialAccount usersessions.UserSession
"""
# New ones are made by other changes, or by the hundred: who asked for codes is noted with the promotion.
CHANGED = "platform.OutboxEvent orders.Mailing orders.Coupon"
THROUGH = {"accounts.User": ("groups", "user_permissions"), "auth.Group": ("permissions",)}


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0033_administrator"),
        ("catalog", "0013_known_pictures"),
        ("mfa", "0001_initial"),
        ("orders", "0020_partners"),
        ("platform", "0004_audit"),
        ("socialaccount", "0001_initial"),
        ("usersessions", "0001_initial"),
    ]

    operations = [
        WriteAudit(),
        *(Audit(model) for model in WHOLE.split()),
        *(Audit(model, events="UPDATE OR DELETE") for model in CHANGED.split()),
        *(Audit(model, through=field) for model, fields in THROUGH.items() for field in fields),
        Audit("catalog.ProductVersion", events="INSERT OR UPDATE", function="audit_product"),
        grant("platform", {"administrator": ["view_auditentry"]}),
    ]
