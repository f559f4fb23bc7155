"""What is said first of a log: who can be named, how many changed in all, three of them, and everybody in one strip."""

from html import escape
from typing import Any

import streamlit as st

from core import pipeline
from core.charts import Look
from core.drift import RECURRING, STATUSES, Card, Summary, cohorts
from core.report import sentences
from pages import _computed as computed
from pages import _session as session
from pages import _words as words
from pages.explore import _cohort as cohort
from pages.explore import _proof as proof
from pages.explore import _verdict as verdicts

say = session.say


def draw(selection: session.Selection, found: Summary, table: Any, look: Look) -> None:
    """The sentence, the strip, what speaks for it, and the cards."""
    accept = session.naming().accept
    st.subheader(sentences.first(found, say), anchor=False, help=say("sure.help"))
    if selection.cohort is None:
        st.markdown(" ".join(sentences.rest(found, say, accept)), help=say("headline.changed_help"))
    else:
        _of_some(selection, found)
    if not found.named and found.tested:
        st.markdown(sentences.why(found, say, accept, "headline.help_accept"))
    _strip(table, look)
    proof.beside(selection.whole)
    _cards(computed.cards(selection), look)


def _of_some(selection: session.Selection, found: Summary) -> None:
    """What can be said of some users: who was named is named among everybody."""
    picked = pipeline.cohort(
        session.workspace(), str(selection.data_set), str(selection.cohort and selection.cohort.name)
    )
    told = sentences.of_some(found, say, session.naming().accept, by_verdict=picked.by_verdict)
    if told:
        st.markdown(" ".join(told), help=say("headline.changed_help"))
    st.caption(say("findings.selection", named=computed.population(selection.whole).summary.named))


def _strip(table: Any, look: Look) -> None:
    """Everybody as one bar, and a way to the users of each part."""
    counts = cohorts.status_of(table).value_counts()
    shades = (look.color("drift"), look.color("accent"), look.color("calm"), look.color("grid"))
    colors = dict(zip(STATUSES, shades, strict=True))
    told = {name: int(counts.get(name, 0)) for name in STATUSES}
    parts = "".join(
        f'<div style="flex:{count};background:{colors[name]};min-width:2px"></div>'
        for name, count in told.items()
        if count
    )
    label = escape(say("headline.strip", users=len(table), **told))
    st.html(
        f'<div role="img" aria-label="{label}" style="display:flex;height:18px;border-radius:4px;overflow:hidden;'
        f'gap:1px">{parts}</div>'
    )
    with st.container(horizontal=True):
        for name, count in told.items():
            with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall", width="content"):
                st.html(f'<span style="color:{colors[name]}" aria-hidden="true">■</span>', width="content")
                st.button(
                    say(f"headline.{name}_show", users=count), key=f"show_{name}", type="tertiary", disabled=not count,
                    on_click=cohort.only, args=(None,), kwargs={"statuses": [name]}, help=say("headline.show_help"),
                )  # fmt: skip


def _cards(found: list[Card], look: Look) -> None:
    """A few of those who are named: what they were after before and after, when it changed, how sure that is."""
    if not found:
        return
    st.subheader(say({1: "headline.one_card", 2: "headline.two_cards"}.get(len(found), "headline.cards")), anchor=False)
    for column, card in zip(st.columns(max(len(found), 2)), found, strict=False):
        with column.container(border=True):
            _card(card, look)


def _card(card: Card, look: Look) -> None:
    left, found = verdicts.names(card.turn.left[:1]), verdicts.names(card.turn.found[:1])
    key = "headline.card_back" if card.kind == RECURRING else "headline.card_turn"
    st.markdown(f"**{words.plain(card.user, 40)}** · {say(key, left=left, found=found)}")
    st.html("".join(_bar(card, place, look) for place in (1, 2)) + _legend(card, look))
    when = card.when[:10] if "T" in card.when else say("headline.position", event=card.turn.event + 1)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        sure = say(f"sure.{card.sure.replace(' ', '_')}")
        st.caption(say("headline.card_when", sure=sure, when=when), width="content", help=say("sure.help"))
        st.page_link(
            "pages/explore/user.py", label=say("headline.play"), icon=":material/play_arrow:",
            query_params=session.link(user=card.user),
        )  # fmt: skip


def _bar(card: Card, place: int, look: Look) -> str:
    """One mix as a bar: a part for each category of the card, the others at the end."""
    side = say("headline.before" if place == 1 else "headline.after")
    parts = [(float(cell[place]), look.category(cell[0])) for cell in card.mix]
    parts.append((max(0.0, 1 - sum(share for share, _ in parts)), look.color("grid")))
    drawn = "".join(f'<div style="width:{share:.2%};background:{color}"></div>' for share, color in parts)
    said = ", ".join(f"{cell[0]} {cell[place]:.0%}" for cell in card.mix)
    return (
        f'<div style="display:flex;align-items:center;gap:8px;margin:2px 0;font-size:.8rem">'
        f'<span style="width:3.5em">{escape(side)}</span><div role="img" aria-label="{escape(f"{side}: {said}")}" '
        f'style="display:flex;flex:1;height:14px;border-radius:3px;overflow:hidden">{drawn}</div></div>'
    )


def _legend(card: Card, look: Look) -> str:
    """The categories of the bars, with their shares before and after."""
    cut = "flex:1;overflow:hidden;text-overflow:ellipsis;white-space:nowrap"
    return "".join(
        f'<div style="display:flex;gap:6px;font-size:.8rem"><span style="color:{look.category(name)}">■</span>'
        f'<span style="{cut}" title="{escape(name)}">{escape(name)}</span>'
        f"<span>{before:.0%} → {after:.0%}</span></div>"
        for name, before, after in sorted(card.mix, key=lambda cell: cell[1] - cell[2], reverse=True)
    )
