"""Words of the player, by key; the component itself holds none, so that each language is one dictionary."""

from typing import Final

ENGLISH: Final[dict[str, str]] = {
    "lang": "en",
    "player": "Replay of user {user}",
    "controls": "Playback",
    "do_play": "Play (space)",
    "do_pause": "Pause (space)",
    "do_step_back": "One event back (←)",
    "do_step_forward": "One event on (→)",
    "do_previous_change": "Previous change point ([)",
    "do_next_change": "Next change point (])",
    "do_idle": "Skip idle time: fold long pauses",
    "do_loop": "Loop: start again at the end",
    "do_help": "Keys and how to read this (?)",
    "scrub": "Event shown",
    "speed": "Speed",
    "pace": "Pace of playing",
    "by_event": "by event",
    "by_time": "by time",
    "pace_hint": "One second of playing is about {span}",
    "place": "Event {n} of {steps}",
    "timeline": "Timeline of user {user}: {events} events from {from} to {to}, {changes} change points",
    "timeline_ordinal": "Timeline of user {user}: {events} events, {changes} change points",
    "other": "other categories",
    "no_category": "no category",
    "events": "events",
    "map": "Where the interest is",
    "map_hint": (
        "Items that are alike lie close together. The ring is this user's interest after the event shown; the trail "
        "is where it came from, dotted lines lead to the items nearest to it. Distances on a map are approximate."
    ),
    "zoom_user": "Zoom to user",
    "zoom_all": "Whole map",
    "ranking": "Recommended now",
    "ranking_hint": (
        "The ten items that the model ranks highest after the event shown; arrows compare with the event before."
    ),
    "move_new": "new",
    "next_mark": "next",
    "next_ranked": "What came next: {title}, ranked {rank} of {items} (score {score})",
    "next_unranked": "What came next: {title}, already seen, so left out of the list",
    "next_none": "This is the last event in the log.",
    "attention": "Looks back on",
    "attention_hint": (
        "How the model spreads its attention over past events; also the arcs above the timeline. It shows where the "
        "model looks, not why the list is as it is."
    ),
    "attention_view": "Part of the model",
    "attention_mean": "all heads",
    "attention_head": "layer {layer}, head {head}",
    "attention_none": "Nothing to look back on yet.",
    "this_event": "this event",
    "events_ago": "{n} before",
    "compare": "Before and after",
    "compare_hint": "Choose a change point, or mark two events, to see what changed between them.",
    "compare_other": "Now go to another event and mark it too.",
    "choose_change": "Choose a change point",
    "change_name": "{n}: at event {event} {turn}",
    "from_to": "({from} → {to})",
    "mark_before": "Mark before",
    "mark_after": "Mark after",
    "clear": "Clear",
    "before_at": "List before, event {n}",
    "after_at": "List after, event {n}",
    "left_list": "left",
    "entered_list": "entered",
    "mix": "Interest mix, before and after",
    "verdict_none": "This log has no categories, so the lists can be compared only item by item.",
    "verdict_same": "The interest mix is much the same at both events.",
    "verdict_old": (
        "{category} went from {before} to {after} of the interest, yet {n} of {k} items recommended after are still "
        "{category}: the list still serves the old interest."
    ),
    "verdict_new": (
        "{category} went from {before} to {after} of the interest; {n} of {k} items recommended after are {category}: "
        "the list has followed."
    ),
    "close": "Close",
    "help_title": "Keys",
    "key_space": "play or pause",
    "key_arrows": "one event back or on",
    "key_shift": "ten events back or on",
    "key_ends": "first or last event",
    "key_changes": "previous or next change point",
    "key_help": "this help",
    "help_note": (
        "Drag on the timeline to scrub. Numbered dashed lines are change points; the band around each is where the "
        "change may have begun. The band of colours below is the interest mix so far: it is thin while little is known."
    ),
}
