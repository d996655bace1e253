"""One typo: a letter too many, too few, wrong, or two swapped."""


def one_typo_apart(a: str, b: str) -> bool:
    """True also when both are the same."""
    if abs(len(a) - len(b)) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    left, right = a[start:], b[start:]
    return (
        left[1:] == right[1:]
        or left[1:] == right
        or left == right[1:]
        or (left[:2] == right[1::-1] and left[2:] == right[2:])
    )


def begins_with(word: str, beginning: str) -> bool:
    """True also when the beginning of `word` is one typo away, where it has four letters or more."""
    if word.startswith(beginning):
        return True
    if len(beginning) < 4:
        return False
    return any(one_typo_apart(word[: len(beginning) + extra], beginning) for extra in (-1, 0, 1))
