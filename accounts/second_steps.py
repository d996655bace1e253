"""How the secrets of second steps are stored."""

from allauth.mfa.adapter import DefaultMFAAdapter

from shopcloud.lib.sealing import seal, unseal


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's adapter for this shop: named in `MFA_ADAPTER`. Secrets stored before there were seals are read too."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)
