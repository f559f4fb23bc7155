"""Words of the simulated worlds beside the shop: what their people hear, read and watch, and who makes it."""

from dataclasses import dataclass
from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


ADJECTIVES: Final = _words(
    "Blue,Quiet,Golden,Broken,Distant,Silver,Slow,Hidden,Paper,Winter,Electric,Hollow,Crimson,Lonely,Bright,Velvet,"
    "Wild,Second,Burning,Northern"
)
NOUNS: Final = _words(
    "Harbour,Signal,Garden,River,Mirror,Engine,Letter,Summer,Island,Shadow,Train,Window,Horizon,Orchard,Tide,Lantern,"
    "Bridge,Valley,Compass,Echo,Station,Meadow,Kingdom"
)
HEADLINES: Final = _words(
    "Council Votes on {},Questions over {},What {} Means Now,{} Explained,Record Year for {},{} under Review,"
    "A Turn in the {} Affair,Five Facts on {},Voices from {},{}: the Day in Brief,Why {} Matters"
)
FIELDS: Final = _words(
    "cat,dog,running,chess,guitar,camping,sushi,coffee,vintage car,football,garden,makeup,sneaker,astronomy,crochet,"
    "surfing,street food,tattoo,piano,climbing,lego,space,baking,fishing"
)
FORMS: Final = _words("memes,tips,clips,photos,fails,stories,questions,reviews,art,news")


@dataclass(frozen=True)
class Field:
    """What a world calls its categories, and who makes its items."""

    categories: tuple[str, ...]
    maker: str
    """Column of whoever makes an item."""
    kinds: tuple[str, str, str]
    """Kinds of events, from the commonest."""


FIELDS_OF: Final = {
    "music": Field(
        _words(
            "Jazz,Blues,Soul,Funk,Folk,Country,Hip-Hop,House,Techno,Ambient,Metal,Punk,Indie Rock,Classic Rock,Pop,"
            "Synth-Pop,Reggae,Salsa,Bossa Nova,Opera,Chamber Music,Film Scores,Lo-Fi,Afrobeat"
        ),
        "artist",
        ("play", "like", "share"),
    ),
    "news": Field(
        _words(
            "Politics,World,Economy,Technology,Science,Health,Football,Tennis,Culture,Film,Travel,Weather,Crime,"
            "Climate,Education,Food"
        ),
        "source",
        ("read", "share", "comment"),
    ),
    "video": Field(
        _words(
            "Drama,Comedy,Crime,Science Fiction,Fantasy,Romance,Horror,Documentary,Animation,Reality,Cooking,Travel,"
            "History,Nature,Sports,Thriller,Children,Musical"
        ),
        "studio",
        ("watch", "like", "list"),
    ),
    "social": Field(
        tuple(f"{field} {form}" for form in FORMS for field in FIELDS), "author", ("view", "like", "share")
    ),
}


def title(world: str, category: int, place: int, episodes: int) -> str:
    """A title that is one item's alone within its category.

    >>> title("video", 0, 9, 8)
    'Blue Signal, episode 2'
    """
    series, episode = divmod(place, episodes) if episodes else (place, 0)
    words = f"{ADJECTIVES[(series // len(NOUNS) + category) % len(ADJECTIVES)]} {NOUNS[series % len(NOUNS)]}"
    if world == "news":
        return HEADLINES[(place // len(NOUNS) + category) % len(HEADLINES)].format(words)
    if world == "social":
        return f"{FIELDS_OF[world].categories[category % len(FIELDS_OF[world].categories)].capitalize()} #{place + 1}"
    more = len(NOUNS) * len(ADJECTIVES)
    words += f" {series // more + 1}" if series >= more else ""
    return f"{words}, episode {episode + 1}" if episodes else words
