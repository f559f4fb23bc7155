"""Hostile texts that are markup: of HTML, Markdown, LaTeX, Streamlit, plotly.

Whatever runs sets `window.ran`; whatever is fetched is asked of `HOST`, which is nobody's.
"""

import random
import string

RAN = "window.ran=1"
HOST = "http://phone-home.invalid"


def word_of(rng: random.Random) -> str:
    return "".join(rng.choices(string.ascii_lowercase, k=rng.randint(3, 7)))


def script(rng: random.Random) -> str:
    """Markup that runs, or fetches, by itself."""
    address = f"{HOST}/{word_of(rng)}"
    return rng.choice(
        (
            f"<script>{RAN}</script>",
            f"<ScRiPt src={address}></sCrIpT>",
            f"<img src=x onerror={RAN}>",
            f"<img src={address}>",
            f"<svg/onload={RAN}>",
            f"<svg><script href={address} /></svg>",
            f"<iframe srcdoc='<script>parent.{RAN}</script>'></iframe>",
            f"<iframe src=javascript:parent.{RAN}></iframe>",
            f"<details open ontoggle={RAN}>{word_of(rng)}</details>",
            f"<style>@import '{address}';*{{background:url({address})}}</style>",
            f"<link rel=stylesheet href={address}>",
            f"<meta http-equiv=refresh content='0;url={address}'>",
            f"<base href={address}/>",
            f"<object data={address}></object>",
            f"<video autoplay onloadstart={RAN} src={address}></video>",
            f"<body onload={RAN}>",
            f"<math><mtext><img src=x onerror={RAN}></mtext></math>",
        )
    )


def breakout(rng: random.Random) -> str:
    """An end of what it may stand in, then markup."""
    end = rng.choice(
        (
            '">',
            "'>",
            "`>",
            "</title>",
            "</style>",
            "</textarea>",
            "</script>",
            "-->",
            "]]>",
            "</td></table>",
            "</text></svg>",
            "&quot;>",
            "\\u0022>",
            "\\x3e",
            "<!--",
            "<![CDATA[",
        )
    )
    return f"{word_of(rng)}{end}{script(rng)}"


def attribute(rng: random.Random) -> str:
    """An end of an attribute, then one that runs."""
    quote = rng.choice(('"', "'", "", "`", "&#34;"))
    event = rng.choice(("onmouseover", "onfocus", "onclick", "onpointerenter", "onanimationstart"))
    return f"{word_of(rng)}{quote} autofocus tabindex=1 style=animation-name:x {event}={RAN} x={quote}"


def markdown(rng: random.Random) -> str:
    """Signs of Markdown: links that run, pictures that phone home, marks that swallow what follows."""
    address, word = f"{HOST}/{word_of(rng)}", word_of(rng)
    return rng.choice(
        (
            f"[{word}](javascript:{RAN})",
            f"[{word}]({address})",
            f"![{word}]({address}.png)",
            f"![]({address} '{word}')",
            f"[{word}][1] [1]: {address}",
            f"<{address}>",
            f"{address}",
            f"<javascript:{RAN}>",
            f"**{word}** _{word}_ ~~{word}~~ `{word}",
            f"# {word}",
            f"| {word} | b |\n|---|---|\n| c | d |",
            f"```\n{word}",
            f"- [ ] {word}",
            f"> {word}",
            f"[^1]: {word}",
            f"&lt;script&gt;{RAN}&lt;/script&gt; &#x3c;b&#x3e;",
        )
    )


def streamlit(rng: random.Random) -> str:
    """Signs that only Streamlit's Markdown has."""
    word = word_of(rng)
    return rng.choice(
        (
            f":red[{word}]",
            f":rainbow[{word}]",
            f":blue-background[{word}]",
            f":green-badge[{word}]",
            f":small[{word}]",
            f":material/{rng.choice(('home', 'delete', 'lock'))}:",
            ":streamlit:",
            f":{rng.choice(('joy', 'warning', 'skull'))}: {word}",
            f":red[{word}](javascript:{RAN})",
            f"{word} -> <- -- >=",
        )
    )


def latex(rng: random.Random) -> str:
    """Formulas of KaTeX that would link, fetch, or never end."""
    word = word_of(rng)
    return rng.choice(
        (
            f"$\\href{{javascript:{RAN}}}{{{word}}}$",
            f"$$\\includegraphics{{{HOST}/{word}.png}}$$",
            f"$\\htmlData{{x={word}}}{{y}}$",
            f"$\\def\\x{{\\x\\x}}\\x {word}$",
            f"costs $5 and ${rng.randint(6, 99)}",
            f"\\[ {word} \\] \\( x \\)",
            f"$\\rule{{999em}}{{999em}} {word}$",
        )
    )


def plotly(rng: random.Random) -> str:
    """What plotly's labels and hover texts take for markup."""
    word = word_of(rng)
    return rng.choice(
        (
            f'<a href="javascript:{RAN}">{word}</a>',
            f'<a href="{HOST}/{word}" target="_blank">{word}</a>',
            f"<b>{word}</b><br><i>x</i><sup>2</sup>",
            f"<span style='font-size:900px'>{word}</span>",
            f"%{{customdata[0]}} %{{x}} {word}<extra></extra>",
            f"<br>{word}" * 20,
        )
    )
