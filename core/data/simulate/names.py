"""Words of the simulated shop: categories, what they sell, brands; those of the other worlds stand beside it."""

from typing import Final

from core.data.simulate import fields

GOODS: Final[dict[str, str]] = {
    "Hiking": "Trail Boots,Trekking Poles,Day Pack,Rain Shell,Summit Socks,Map Case",
    "Baking": "Loaf Tin,Stand Mixer,Rolling Pin,Bread Flour,Proving Basket,Cake Stand",
    "Jazz": "Trio Live,Late Sessions,Quartet Box Set,Blue Hour,Standards,Sax Anthology",
    "Gardening": "Pruning Shears,Raised Bed,Seed Mix,Watering Can,Compost Bin,Garden Gloves",
    "Photography": "Prime Lens,Tripod,Camera Strap,Light Meter,Film Pack,Filter Set",
    "Science Fiction": "Orbit Saga,Colony Nine,The Last Relay,Starfall,Deep Signal,Red Dust",
    "Cycling": "Road Helmet,Bottle Cage,Gravel Tyre,Chain Oil,Bike Light,Saddle Bag",
    "Board Games": "Harbour Traders,Castle Tiles,Rail Barons,Deck of Tales,Puzzle Duel,Island Quest",
    "Crime Novels": "The Cold Pier,A Quiet Alibi,Night Ledger,Seven Locks,The Witness,Grey Harbour",
    "Skin Care": "Day Cream,Clay Mask,Face Oil,Sun Milk,Night Serum,Cleansing Foam",
    "Coffee": "Espresso Beans,Hand Grinder,Pour-over Set,Milk Jug,Filter Papers,Moka Pot",
    "Home Office": "Desk Lamp,Monitor Arm,Footrest,Notebook,Cable Tray,Desk Mat",
    "Children": "Wooden Train,Picture Book,Building Blocks,Bath Toys,Night Light,Soft Rabbit",
    "Fitness": "Kettlebell,Yoga Mat,Pull-up Bar,Jump Rope,Foam Roller,Resistance Band",
    "Travel": "Cabin Case,Packing Cubes,Travel Pillow,City Guide,Adapter,Passport Wallet",
    "Painting": "Acrylic Set,Sable Brush,Stretched Canvas,Easel,Ink Pens,Palette",
    "Pets": "Dog Bed,Cat Tree,Chew Toy,Lead,Food Bowl,Bird Feeder",
    "Smart Home": "Motion Sensor,Smart Plug,Door Bell,Thermostat,Hub,Light Strip",
    "Fishing": "Spinning Rod,Lure Box,Landing Net,Waders,Fly Line,Tackle Bag",
    "History": "Roads of Rome,The Silk Route,A Year of Revolt,Maps of Empire,The Long Peace,Harbour Cities",
    "Knitting": "Merino Yarn,Circular Needles,Pattern Book,Stitch Markers,Sock Yarn,Row Counter",
    "Football": "Match Ball,Shin Guards,Home Shirt,Keeper Gloves,Cone Set,Boot Bag",
    "Wine": "Decanter,Riesling,Cellar Rack,Corkscrew,Tasting Glasses,Red Blend",
    "Astronomy": "Refractor,Star Atlas,Moon Filter,Finder Scope,Planisphere,Eyepiece Set",
}
"""Categories and their goods, `,` between them."""

MAKERS: Final = [
    "Alder",
    "Brightwell",
    "Corvane",
    "Dunmore",
    "Eastlake",
    "Fenwick",
    "Gable",
    "Holt",
    "Ivory",
    "Juniper",
    "Kestrel",
    "Larkin",
    "Mossley",
    "Northway",
    "Orchard",
    "Pell",
    "Quill",
    "Rowan",
    "Stellan",
    "Tarn",
    "Umber",
    "Vale",
    "Westcott",
    "Yarrow",
]
"""Brands; an item has one."""

FINISHES: Final = ["Classic", "Mini", "Pro", "Light", "Plus", "Original", "Select", "Studio", "Everyday", "Limited"]
"""What tells two goods of one kind apart."""

REGIONS: Final = ("North", "South", "East", "West")
AGES: Final = ("18-24", "25-34", "35-49", "50-64", "65+")
"""Attributes of users."""


def category_names(count: int, world: str = "shop") -> list[str]:
    """Readable, distinct names of `count` categories.

    >>> category_names(25)[0], category_names(25)[24], category_names(2, "music")
    ('Hiking', 'Hiking 2', ['Jazz', 'Blues'])
    """
    names = list(fields.FIELDS_OF[world].categories if world in fields.FIELDS_OF else GOODS)
    return [names[i % len(names)] + (f" {i // len(names) + 1}" if i >= len(names) else "") for i in range(count)]


def maker(world: str) -> str:
    """The column of whoever makes an item."""
    return fields.FIELDS_OF[world].maker if world in fields.FIELDS_OF else "brand"


def kinds(world: str) -> tuple[str, str, str]:
    """Kinds of events, from the commonest."""
    return fields.FIELDS_OF[world].kinds if world in fields.FIELDS_OF else ("view", "cart", "purchase")


def title(category: int, place: int, brand: str, world: str = "shop", episodes: int = 0) -> str:
    """Title of the item at a place of a category.

    >>> title(0, 7, "Alder")
    'Alder Mini Trekking Poles'
    """
    if world in fields.FIELDS_OF:
        return fields.title(world, category, place, episodes)
    goods = list(GOODS.values())[category % len(GOODS)].split(",")
    finish, series = place // len(goods) % len(FINISHES), place // (len(goods) * len(FINISHES))
    return f"{brand} {FINISHES[finish]} {goods[place % len(goods)]}" + (f" {series + 1}" if series else "")
