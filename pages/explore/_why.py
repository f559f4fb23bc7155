"""Why an item is in the list of a moment: one answer, the events behind it, and what of the item speaks for it."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.charts import Look
from core.charts import effects as charts
from core.lists import why_empty
from core.player import frames
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _session as session
from pages import _words as words

say = session.say
METHODS = ("shapley", "leave-one-out", "integrated-gradients", "attention", "rollout")
BOX, METHOD = "why_box", "why_method"


@dataclass(frozen=True, eq=False)
class Why:
    """An answer, with what it stands on."""

    titles: dict[str, str]
    """Titles of the items of the list by id, best first."""
    item: str
    method: str
    effect: Any
    found: Any


def ask(selection: session.Selection, user: str, step: int) -> Why | None:
    """The answer that the reader asks for; None while the box is folded. Computed once."""
    if not session.widget(BOX):
        return None
    titles = session.once("why list", selection, user, step, _make=lambda: _listed(selection, user, step))
    if not titles:
        return None
    chosen = session.widget(_key(user, step))
    item = chosen if chosen in titles else next(iter(titles))
    method = session.widget(METHOD) or METHODS[0]
    effect, found = session.once(
        "why", selection, user, step, item, method, _make=lambda: _answer(selection, (user, step), item, method)
    )
    return Why(titles, item, method, effect, found)


def draw(selection: session.Selection, user: str, step: int, why: Why | None, look: Look) -> None:
    """The box: which item, by which method, the answer, and the effects as bars."""
    with st.expander(say("why.title"), on_change="rerun", key=BOX) as box:
        if why is None:
            if box.open:
                st.info(words.told(why_empty(hide_seen=True)))
            return
        _controls(user, step, why)
        st.markdown(_sentence(selection, user, step, why))
        _trusted(selection, why.method)
        log = computed.until_step(selection, user, step)
        left, right = st.columns(2, gap="large")
        with left:
            figure = charts.event_effects(frames.history(log, 0), why.effect, why.found.events, look)
            drawing.chart(figure, "why.events")
        with right:
            _attributes(selection, user, step, why.item, look)


def _key(user: str, step: int) -> str:
    return f"why_item_{user}_{step}"


def _controls(user: str, step: int, why: Why) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            say("why.item"), list(why.titles), format_func=lambda item: why.titles.get(item, item), width=320,
            key=_key(user, step),
        )  # fmt: skip
        st.segmented_control(
            say("why.method"), METHODS, default=METHODS[0], required=True, key=METHOD, help=say("why.method_help"),
            format_func=lambda method: say(f"why.{method.replace('-', '_')}"),
        )  # fmt: skip


def _listed(selection: session.Selection, user: str, step: int) -> dict[str, str]:
    from core.explain import Edits, moves

    log = computed.until_step(selection, user, step)
    listed = moves(computed.listing(selection), log, 0, Edits())
    return {str(row.item_id): f"{row.rank}. {row.title}" for row in listed.itertuples()}


def _answer(selection: session.Selection, moment: tuple[str, int], item: str, method: str) -> tuple[Any, Any]:
    from core.explain import methods, reasons_of

    log = computed.until_step(selection, *moment)
    effect = methods.effects_of(method, computed.listing(selection), log, 0, log.find_item(item))
    return effect, reasons_of(log, 0, effect)


def _sentence(selection: session.Selection, user: str, step: int, why: Why) -> str:
    """One answer: `mostly because of X and Y, within the last week`."""
    events = frames.history(computed.until_step(selection, user, step), 0)
    names = dict.fromkeys(f"**{words.plain(events['title'].iloc[place])}**" for place in why.found.events)
    return say(
        f"why.{why.found.how}",
        item=words.plain(why.titles[why.item].partition(". ")[2]),
        events=say("why.and").join(names),
        when=say(f"why.when_{why.found.when}", events=why.found.ago + 1),
        share=why.found.share,
    )


def _trusted(selection: session.Selection, method: str) -> None:
    """Whether the method has passed its test on this run, where it was made."""
    holds = computed.believable(selection).get(method)
    if holds is None:
        st.caption(say("why.untested"))
    elif not holds:
        st.warning(say("why.unbelievable"), icon=":material/warning:")


def beside_attention(selection: session.Selection) -> None:
    """What the test says of attention, to stand beside where it is shown."""
    holds = computed.believable(selection).get("attention alone")
    if holds is not None:
        st.caption(say("why.attention_holds" if holds else "why.attention_fails"))


def _attributes(selection: session.Selection, user: str, step: int, item: str, look: Look) -> None:
    from core.explain import explain_by_attributes

    log, ranker = computed.until_step(selection, user, step), computed.listing(selection)
    everyone, named = computed.sequences(selection), computed.category_names(selection).name
    found = session.once(
        "attributes", selection, user, step, item,
        _make=lambda: explain_by_attributes(ranker, log, 0, log.find_item(item), everyone=everyone, named=named),
    )  # fmt: skip
    if found.parts.empty:
        st.info(say("why.no_attributes"))
        return
    drawing.chart(charts.attribute_effects(found.parts, look), "why.attributes")
    fidelity = say("why.fidelity", fidelity=found.fidelity)
    (st.caption if found.believable else st.warning)(fidelity if found.believable else say("why.low", r=found.fidelity))
