"""The administrator: gives people their roles, looks after partner apps and webhooks, and sees everything that staff see.

Keys are not among it: second steps, sessions and what other providers gave us stay with superusers. What a role may do
to people is narrower than `change_user` sounds: `accounts/staff_rules.py`.
"""

from django.db import migrations

from accounts.roles import grant

SEEN = {
    "accounts": "address consent erasurerequest user",
    "account": "emailaddress",
    "allauth_idp_oidc": "client",
    "auth": "group",
    "axes": "accessattempt accessfailurelog accesslog",
    "catalog": """
        catalogcategory catalogproduct catalogreview categoryredirect collection featuredproduct
        productexport productimport producttype typeattribute
    """,
    "orders": """
        coupon downloadgrant fulfilment giftcard giftcardentry invoice mailing order orderline
        partnerdelivery partnerendpoint payment paymentoperation promotion promotionuse refund returnline
        returnrequest savedcart shippingmethod shippingrate shippingzone stockalert stockitem stocklevel
        stocklocation stockmovement stockreservation webhookevent
    """,
    "platform": "outboxevent",
}
CHANGED = {
    "accounts": ["add_user", "change_user"],
    "allauth_idp_oidc": ["add_client", "change_client", "delete_client"],
    "orders": ["add_partnerendpoint", "change_partnerendpoint", "change_partnerdelivery"],
    "platform": ["change_outboxevent"],
}


def granted(label):
    return {"administrator": [*(f"view_{model}" for model in SEEN[label].split()), *CHANGED.get(label, ())]}


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0032_market"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("allauth_idp_oidc", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("axes", "0008_accessfailurelog"),
        ("catalog", "0012_filterable_attributes"),
        ("orders", "0020_partners"),
        ("platform", "0001_initial"),
    ]

    operations = [grant(label, granted(label)) for label in SEEN]
