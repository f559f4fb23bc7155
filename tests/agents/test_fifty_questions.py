"""Fifty questions with known answers: what an agent is told is what the command line says, figure by figure."""

import math
from dataclasses import dataclass
from typing import Any

import pytest

ANN = "u000213"
"""The surest of those who changed."""
PEOPLE = ("report", "sample", "--table", "people")


@dataclass(frozen=True)
class Truth:
    """Where known answers come from."""

    table: Any
    printed: Any

    def people(self, *options):
        """The report's rows, of everybody without options."""
        return self.table(*PEOPLE, *options)

    def status(self, status):
        """The report's rows of those with a verdict."""
        found = self.people()
        perhaps = ~found["named"] & (found["q_value"] <= 0.2)
        return found[found["named"] if status == "named" else perhaps]

    def person(self, user=ANN):
        """One of them."""
        found = self.people()
        return found[found["user_id"] == user].iloc[0]

    def drifted(self, *options):
        """The drift table."""
        return self.table("drift", "sample", *options)

    def planted(self):
        """What planting came to."""
        return self.printed("plant", "sample", "--more")

    def explained(self):
        """Why the first item is in a list."""
        return self.printed("explain", "sample", "--user", ANN)


def split(cell):
    return str(cell).split(";") if cell == cell else []  # noqa: PLR0124 - an empty cell is NaN


def figure(name):
    return lambda found: found["figures"][name]


def column(name):
    return lambda found: [row[name] for row in found["rows"]]


def total(found):
    return found["total"]


def first(name):
    return lambda found: found["rows"][0][name]


def of_model(model, name):
    return lambda found: next(row[name] for row in found["rows"] if row["model"] == model)


NAMED = {"data_set": "sample"}
MINE = {"data_set": "sample", "user": ANN}
COFFEE = {"to_category": ["Coffee"]}
QUESTIONS = [
    ("Which data sets are there?", "data_sets", {}, column("data_set"), lambda _: ["small", "sample"]),
    ("How many events has the sample?", "data_sets", {}, lambda found: found["rows"][1]["events"], lambda by: int(by.people()["n_events"].sum())),
    ("How many users has the sample?", "about", NAMED, figure("users"), lambda by: len(by.people())),
    ("How many users can be judged?", "headline", NAMED, figure("tested"), lambda by: int((by.people()["status"] == "ok").sum())),
    ("How many are named as changed?", "headline", NAMED, figure("named"), lambda by: int(by.drifted()["named"].sum())),
    ("And if I accept 20 % of false alarms?", "headline", NAMED | {"accept": 0.2}, figure("named"), lambda by: int(by.drifted("--accept", "0.2")["named"].sum())),
    ("And if I accept one in a hundred?", "headline", NAMED | {"accept": 0.01}, figure("named"), lambda by: int(by.drifted("--accept", "0.01")["named"].sum())),
    ("How many show perhaps a change?", "headline", NAMED, figure("perhaps"), lambda by: len(by.status("perhaps"))),
    ("How many came too rarely?", "headline", NAMED, figure("short"), lambda by: int((by.drifted()["status"] == "insufficient").sum())),
    ("How many of the named are wrong, at most?", "headline", NAMED, figure("wrong"), lambda by: float(by.status("named")["q_value"].max() * len(by.status("named")))),
    ("How large is a usual change?", "headline", NAMED, figure("magnitude"), lambda by: float(by.status("named")["magnitude"].median())),
    ("Who changed most surely?", "who_drifted", NAMED, first("user_id"), lambda by: by.people()["user_id"].iloc[0]),
    ("Who are the next three?", "who_drifted", NAMED | {"offset": 1, "limit": 3}, column("user_id"), lambda by: by.people()["user_id"].iloc[1:4].tolist()),
    ("How sure are the first ten?", "who_drifted", NAMED | {"limit": 10}, column("q_value"), lambda by: by.people()["q_value"].iloc[:10].tolist()),
    ("With which p-values?", "who_drifted", NAMED | {"limit": 10}, column("p_value"), lambda by: by.people()["p_value"].iloc[:10].tolist()),
    ("How many turned to coffee?", "who_drifted", NAMED | {"filters": COFFEE}, total, lambda by: int(by.status("named")["to_categories"].map(split).map(lambda cell: "Coffee" in cell).sum())),
    ("How many perhaps turned to coffee?", "who_drifted", NAMED | {"filters": COFFEE | {"status": ["perhaps"]}}, total, lambda by: int(by.status("perhaps")["to_categories"].map(split).map(lambda cell: "Coffee" in cell).sum())),
    ("Who left and came back?", "who_drifted", NAMED | {"filters": {"kind": ["recurring"]}, "limit": 200}, column("user_id"), lambda by: by.status("named").loc[lambda table: table["kind"] == "recurring", "user_id"].tolist()),
    ("How many changed since October?", "who_drifted", NAMED | {"filters": {"since": "2024-10-01"}}, total, lambda by: len(by.people("--status", "named", "--since", "2024-10-01"))),
    ("How many with 300 events or more?", "who_drifted", NAMED | {"filters": {"min_events": 300}}, total, lambda by: int((by.status("named")["n_events"] >= 300).sum())),
    ("What does the test say of the tenth user?", "drift_table", NAMED | {"offset": 9, "limit": 1}, first("score"), lambda by: float(by.drifted()["score"].iloc[9])),
    ("From what did the twelfth named one turn, by the test?", "drift_table", NAMED | {"limit": 200}, lambda found: [row["from_categories"] for row in found["rows"] if row["named"]][11], lambda by: split(by.drifted()[by.drifted()["named"]]["from_categories"].iloc[11])),
    ("How many would a live watcher have named?", "drift_table", NAMED | {"view": "live"}, lambda found: int(found["answer"].split()[0]), lambda by: int(by.drifted("--live")["named"].sum())),
    ("And its e-values of the first users?", "drift_table", NAMED | {"view": "live", "limit": 5}, column("e_value"), lambda by: by.drifted("--live")["e_value"].head(5).tolist()),
    ("How many in the eyes of the model?", "drift_table", NAMED | {"view": "model"}, lambda found: int(found["answer"].split()[0]), lambda by: int(by.drifted("--view", "model")["named"].sum())),
    (f"Did {ANN} change?", "user", MINE, figure("named"), lambda by: bool(by.person()["named"])),
    (f"How sure is it of {ANN}?", "user", MINE, figure("sure"), lambda by: by.person()["sure"]),
    (f"With which q-value of {ANN}?", "user", MINE, figure("q_value"), lambda by: float(by.person()["q_value"])),
    (f"When did {ANN} change?", "user", MINE, figure("change_times"), lambda by: split(by.person()["change_times"])),
    (f"At which events did {ANN} change?", "user", MINE, figure("change_events"), lambda by: [int(each) for each in split(by.person()["change_events"])]),
    (f"To what did {ANN} turn?", "user", MINE, figure("to_categories"), lambda by: split(by.person()["to_categories"])),
    (f"How many events has {ANN}?", "history", MINE, total, lambda by: int(by.person()["n_events"])),
    (f"What did {ANN} have last?", "history", MINE | {"offset": 1275}, first("item_id"), lambda by: by.explained()["events"][-1]["item_id"]),
    ("Which turn is the most frequent?", "report_table", NAMED | {"table": "flows", "limit": 1}, lambda found: [*found["rows"][0].values()], lambda by: [*by.table("report", "sample", "--table", "flows").iloc[0]]),
    ("How many kinds of turns are there?", "report_table", NAMED | {"table": "flows"}, total, lambda by: len(by.table("report", "sample", "--table", "flows"))),
    ("How many changed in the tenth week?", "report_table", NAMED | {"table": "shares", "offset": 9, "limit": 1}, first("drifted"), lambda by: int(by.table("report", "sample", "--table", "shares")["drifted"].iloc[9])),
    ("And between which bounds lies that share?", "report_table", NAMED | {"table": "shares", "offset": 9, "limit": 1}, lambda found: [found["rows"][0][name] for name in ("low", "high")], lambda by: by.table("report", "sample", "--table", "shares")[["low", "high"]].iloc[9].tolist()),
    ("What rose most for everyone?", "trends", NAMED, first("category"), lambda by: by.table("report", "sample", "--table", "trend")["category"].iloc[0]),
    ("And by how many points?", "trends", NAMED, first("points"), lambda by: float(by.table("report", "sample", "--table", "trend")["points"].iloc[0])),
    (f"What is recommended to {ANN}?", "recommend", MINE | {"reasons": 0}, column("item_id"), lambda by: by.table("recommend", "sample", "--user", ANN)["item_id"].tolist()),
    ("And what by popularity, three items?", "recommend", MINE | {"k": 3, "asked": {"model": "popularity"}}, column("score"), lambda by: by.table("recommend", "sample", "--user", ANN, "-k", "3", "--model", "popularity")["score"].tolist()),
    ("And what of baking alone?", "recommend", MINE | {"k": 4, "reasons": 0, "asked": {"categories": ["Baking"]}}, column("item_id"), lambda by: by.table("list", "sample", "--user", ANN, "-k", "4", "--category", "Baking")["item_id"].tolist()),
    ("Why the first of them?", "explain", MINE, lambda found: found["answer"], lambda by: by.explained()["answer"]),
    ("What if the last event had not been?", "what_if", MINE | {"changed": {"remove": [1275]}}, column("rank_before"), lambda by: [row["rank_before"] for row in by.printed("whatif", "sample", "--user", ANN, "--remove", "1275")["list"]]),
    ("How much of all reasons is that?", "explain", MINE, figure("share_of_reasons"), lambda by: by.explained()["share"]),
    ("Which items are about jazz?", "search_items", NAMED | {"words": "jazz", "k": 5}, column("item_id"), lambda by: [row["item_id"] for row in by.printed("search", "sample", "jazz", "-k", "5")["items"]]),
    ("How many items are told of at most?", "search_items", NAMED | {"words": "jazz", "k": 5}, total, lambda _: 5),
    ("How often does the test cry wolf?", "planted", NAMED, figure("false_alarms"), lambda by: by.planted()["false_alarms"]),
    ("How much of the old interest do lists serve ten events later?", "quality", NAMED | {"table": "lag"}, of_model("blend", "old_share_10"), lambda by: by.printed("evaluate", "sample", "--table", "lag")["lag"][0]["old_share_10"]),
    ("How soon do its lists follow a change?", "quality", NAMED | {"table": "lag"}, of_model("blend", "lag"), lambda by: by.printed("evaluate", "sample", "--table", "lag")["lag"][0]["lag"]),
]  # fmt: skip


def same(found, truth):
    """Whether two answers are one: numbers but for the last digits that a CSV or JSON leaves out."""
    if isinstance(truth, list):
        return len(found) == len(truth) and all(same(*pair) for pair in zip(found, truth, strict=True))
    if isinstance(truth, bool) or isinstance(found, bool):
        return found is truth
    return math.isclose(found, truth, rel_tol=1e-9) if isinstance(truth, float) else found == truth


@pytest.fixture(scope="module")
def truth(table, printed):
    return Truth(table, printed)


def test_there_are_fifty():
    """As many as were promised, no two alike."""
    assert len(QUESTIONS) == len({question for question, *_ in QUESTIONS}) == 50


@pytest.mark.parametrize(
    ("tool", "given", "read", "known"), [each[1:] for each in QUESTIONS], ids=[each[0] for each in QUESTIONS]
)
def test_no_wrong_number(ask, truth, tool, given, read, known):
    """What the protocol gives is what the command line gives."""
    found, expected = read(ask(tool, **given)), known(truth)
    assert expected not in (None, [], 0, ""), "the command line has an answer"
    assert same(found, expected), f"{found} is not {expected}"
