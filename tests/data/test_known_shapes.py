"""Logs as the world has them: each comes in with no option, or with the option that its message names."""

import gzip
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from core.errors import EventsError
from core.settings import ImportSettings

N = 60
START = datetime(2014, 2, 28, 14, 47, 18, tzinfo=UTC)
MOMENTS = [START + timedelta(hours=7 * n) for n in range(N)]
SECONDS = [int(moment.timestamp()) for moment in MOMENTS]


ROWS = list(enumerate(MOMENTS))
PAIRS = [(n, n // 2, MOMENTS[n // 2 * 2] + timedelta(minutes=n % 2)) for n in range(N)]
"""Rows that come two and two: number, that of the pair, moment."""


def table(*rows: str) -> str:
    return "\n".join(rows) + "\n"


SHAPES = {
    "MovieLens ratings.dat": table(*(f"{n % 7 + 1}::{n + 1193}::{n % 5 + 1}::{SECONDS[n]}" for n in range(N))),
    "MovieLens u.data": table(*(f"{n % 7 + 196}\t{n + 242}\t{n % 5 + 1}\t{SECONDS[n]}" for n in range(N))),
    "MovieLens ratings.csv": table(
        "userId,movieId,rating,timestamp", *(f"{n % 7},{n},{n % 10 / 2 + 0.5},{SECONDS[n]}" for n in range(N))
    ),
    "Amazon ratings only": table(*(f"A{n % 7}XYZ,B00{n:05d},{n % 5 + 1}.0,{SECONDS[n]}" for n in range(N))),
    "Amazon ratings only, item first": table(*(f"{n % 40:010d},A{n % 7}QWE{n % 7},5.0,{SECONDS[n]}" for n in range(N))),
    "Amazon reviews": table(
        *(
            json.dumps({
                "reviewerID": f"A{n % 7}", "asin": f"B{n:04d}", "reviewerName": "J, \"Jo\"", "helpful": [0, 1],
                "reviewText": "Fine.\nVery.", "overall": 5.0, "summary": "ok", "unixReviewTime": SECONDS[n],
                "reviewTime": f"{MOMENTS[n]:%m %d, %Y}",
            })
            for n in range(N)
        )
    ),
    "Amazon reviews of 2023": table(
        *(
            json.dumps({
                "rating": 5.0, "title": "Good", "text": "x", "images": [], "asin": f"B{n}", "parent_asin": f"P{n}",
                "user_id": f"A{n % 7}", "timestamp": SECONDS[n] * 1000, "helpful_vote": 0, "verified_purchase": True,
            })
            for n in range(N)
        )
    ),
    "Online Retail": table(
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
        *(
            f'5{p:05d},85{n}A,"LANTERN, {n}",{n - 3 or 1},{m.month}/{m.day}/{m:%y} {m.hour}:{m:%M},2.55,1785{p % 7},'
            "United Kingdom"
            for n, p, m in PAIRS
        ),
    ),
    "Online Retail II": table(
        "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country",
        *(f"5{n},8{n},LAMP,{n + 1},{m:%Y-%m-%d %H:%M:%S},2.5,1785{n % 7}.0,France" for n, m in ROWS),
    ),
    "RecBole": table(
        "user_id:token\titem_id:token\trating:float\ttimestamp:float",
        *(f"{n % 7}\t{n}\t3\t{SECONDS[n]}.0" for n in range(N)),
    ),
    "Last.fm plays": table(
        *(f"user_{n % 7:06d}\t{m:%Y-%m-%dT%H:%M:%SZ}\tf1b1cf71-{n % 9}\tDeep Dish\t\tTrack {n}" for n, m in ROWS)
    ),
    "Yoochoose": table(*(f"{n % 7},{m:%Y-%m-%dT%H:%M:%S}.277Z,21453{n:04d},0" for n, m in ROWS)),
    "RetailRocket": table(
        "timestamp,visitorid,event,itemid,transactionid",
        *(f"{SECONDS[n] * 1000},{n % 7},{'transaction' if n % 9 == 0 else 'view'},{n},{n if n % 9 == 0 else ''}"
          for n in range(N)),
    ),
    "shop of many events": table(
        "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session",
        *(f"{m:%Y-%m-%d %H:%M:%S} UTC,view,{n},205{n % 3},a.b,x,35.79,{p % 7},s{p}" for n, p, m in PAIRS),
    ),
    "day numbers": table("user,item,day", *(f"{n % 7},{n},{16129 + n}" for n in range(N))),
    "microseconds": table("uid;sku;ts", *(f"{n % 7};{n};{SECONDS[n]}000000" for n in range(N))),
    "zones": table(
        "user|item|time",
        *(f"{n % 7}|{n}|{m + timedelta(hours=2):%Y-%m-%dT%H:%M:%S}+02:00" for n, m in ROWS)
    ),
    "month, day and year": table('user,item,reviewTime', *(f'{n % 7},{n},"{m:%m %d, %Y}"' for n, m in ROWS)),
    "day first": table("user,item,date", *(f"{n % 7},{n},{m:%d/%m/%Y %H:%M}" for n, m in ROWS)),
    "Windows and German": table("Kunde;Artikel;Zeitpunkt", *(f"{n % 7};Käse {n};{m:%d.%m.%Y %H:%M}" for n, m in ROWS)),
}  # fmt: skip
TOLD: dict[str, dict[str, str]] = {}
"""Columns that must be named; all others are found."""


@pytest.mark.parametrize("name", SHAPES)
def test_known_logs_come_in(ingest, name: str):
    """Seven users, sixty events, and the moment of the first: nothing lost, nothing mistaken."""
    done = ingest(SHAPES[name], columns=TOLD.get(name))
    assert done.summary["rows_kept"] == N
    assert done.summary["users"] == 7
    assert done.summary["items"] >= (9 if name == "Last.fm plays" else N // 2)
    assert done.events["timestamp"].min().date() == START.date()
    assert "ordinal" not in done.summary or not done.summary["ordinal"]


def test_a_shape_that_must_be_told_says_so(ingest):
    """The message names the columns that were found and the option."""
    with pytest.raises(EventsError, match=r"Missing column\(s\) user_id, item_id.*Found: wer, was, wann"):
        ingest("wer;was;wann\nu1;a;2021-01-09 17:06:38\n")


def test_what_known_logs_tell_besides(ingest):
    """Kinds of events, weights, sessions, prices, brands, countries, titles and categories land where they belong."""
    retail = ingest(SHAPES["Online Retail"])
    assert {"weight", "session_id"} <= set(retail.events)
    assert list(retail.users) == ["user_id", "country"]
    assert {"title", "price"} <= set(retail.items)
    shop = ingest(SHAPES["shop of many events"])
    assert {"event", "session_id"} <= set(shop.events)
    assert {"category", "brand", "price"} <= set(shop.items)
    assert shop.items["category"].iloc[0] == "a.b"
    assert set(ingest(SHAPES["RetailRocket"]).events["event"]) == {"view", "transaction"}
    assert "rating" in ingest(SHAPES["MovieLens u.data"]).events


def test_steam_like_logs_have_games_for_names(ingest):
    """No clock at all: user, game, behaviour, value; the message says what is missing and how to name it."""
    rows = [
        f'15160{n % 7},"The Elder Scrolls V, Skyrim {n}",{"play" if n % 2 else "purchase"},{n}.0,0' for n in range(N)
    ]
    with pytest.raises(EventsError, match=r"Missing column\(s\) timestamp.*timestamp=# takes the order of the rows"):
        ingest(table(*rows))
    done = ingest(table(*rows, "1,,play,1.0,0"), columns={"timestamp": "#"})
    assert done.summary["ordinal"] is True
    assert set(done.events["event"]) == {"play", "purchase"}
    own = done.events[done.events["user_id"] == "151600"]["item_id"]
    assert [int(title.split()[-1]) for title in own] == list(range(0, N, 7))


def everywhere(text: str) -> dict[str, bytes]:
    """One log in every wrapping."""
    frame = pd.read_csv(io.StringIO(text), dtype=str)
    parquet, packed = io.BytesIO(), io.BytesIO()
    frame.to_parquet(parquet)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/log.csv", text)
    return {
        "plain": text.encode(),
        "utf-8 with a mark": text.encode("utf-8-sig"),
        "utf-16": text.encode("utf-16"),
        "utf-16 big end": text.encode("utf-16-be"),
        "latin-1": text.encode("latin-1"),
        "windows line ends": text.replace("\n", "\r\n").encode(),
        "gz": gzip.compress(text.encode()),
        "zip": packed.getvalue(),
        "parquet": parquet.getvalue(),
        "json lines": frame.to_json(orient="records", lines=True, force_ascii=False).encode(),
        "tabs": frame.to_csv(index=False, sep="\t").encode(),
        "semicolons": frame.to_csv(index=False, sep=";").encode(),
        "bars": frame.to_csv(index=False, sep="|").encode(),
    }


QUOTED = table(
    "user_id,item_id,timestamp,title", *(f'Zoë {n % 7},i{n},{SECONDS[n]},"One, two\nthree; ""{n}"""' for n in range(N))
)


@pytest.mark.parametrize("wrapping", list(everywhere(QUOTED)))
def test_one_log_in_every_wrapping(ingest, wrapping: str):
    """Quoted commas, quotes and line breaks, accents, packed or not: the events are the same."""
    done = ingest(everywhere(QUOTED)[wrapping], "log.csv")
    assert done.summary["rows_kept"] == N
    assert "Zoë 0" in set(done.events["user_id"])
    assert done.items["title"].str.contains("One, two\nthree; ", regex=False).all()


def test_the_order_of_day_and_month_can_be_overruled(ingest):
    """Where every date can be read both ways the part that varies is the day, which is noted; the setting decides."""
    text = table("user,item,date", *(f"{n % 7},{n},0{n % 9 + 1}/03/2014" for n in range(N)))
    done = ingest(text)
    assert "varies most" in done.summary["time_notes"][0]
    assert done.events["timestamp"].dt.month.unique().tolist() == [3]
    told = ingest(text, settings=ImportSettings(min_events=1, date_order="month"))
    assert told.events["timestamp"].dt.day.unique().tolist() == [3]
