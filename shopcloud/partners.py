"""Settings of the shop as an identity provider: partner apps act for people who allowed it (OAuth 2.0, allauth)."""

IDP_OIDC_ADAPTER = "accounts.partners.PartnerAdapter"
# Opaque: a token that was taken back opens nothing from that moment on.
IDP_OIDC_ACCESS_TOKEN_FORMAT = "opaque"  # noqa: S105
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 3600
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 90 * 24 * 3600
IDP_OIDC_ROTATE_REFRESH_TOKEN = True
IDP_OIDC_DCR_ENABLED = False
IDP_OIDC_CIMD_ENABLED = False
IDP_OIDC_INTROSPECTION_ENABLED = False
