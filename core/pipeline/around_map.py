"""What the page of the atlas shows, as tables: points with their regions, flows, neighbours, users of one way."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.data import Sequences, schema
from core.pipeline.calling import category_names
from core.pipeline.gate import needs
from core.pipeline.importing import load
from core.pipeline.mapping import atlas, terrain
from core.pipeline.rankers import model
from core.progress import Progress, part, silent
from core.settings import VIEWER, AtlasSettings, DriftSettings
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.atlas import Atlas, Terrain
    from core.model import InterestModel

REGION = "region"


@dataclass(frozen=True, eq=False)
class AroundMap:
    """A map of a run with all around it."""

    workspace: Workspace
    name: str
    run: str
    atlas: "Atlas"
    terrain: "Terrain"
    log: Sequences
    """The log with the interests that charts show."""
    regions: tuple[str, ...]
    """Names of the regions, most points first."""

    def points(self) -> pd.DataFrame:
        """A row per item and sampled state: kind, item_id, title, category, user_id, event_index, x, y, region."""
        from core.drift import on_points

        names = np.array(self.regions, dtype=object)
        return on_points(self.atlas.points, self.log).assign(**{REGION: names[self.terrain.region]})

    def flows(self) -> pd.DataFrame:
        """Net flows between regions, sure ones first: see `core.atlas.flows`."""
        from core.atlas import readable

        return readable(self.terrain.flows, self.terrain.crowd.steps, self.regions)

    def near(self, item: str) -> pd.DataFrame:
        """Items nearest to an item in the full space: item_id, distance, title; raises `UnknownItemError`."""
        from core.atlas import neighbours

        row = self.log.find_item(item)
        found, distance = neighbours(self.terrain, self.atlas, row, self._model)
        items = self.log.catalogue
        return pd.DataFrame({schema.ITEM: items.items[found], "distance": distance, schema.TITLE: items.titles[found]})

    def same_way(self, user: str, k: int) -> pd.DataFrame:
        """The k users who went nearest to the way of one: user_id, distance, regions; raises `UnknownUserError`."""
        from core.atlas import like, way

        steps = self.terrain.crowd.steps
        own = way(self._model(), self.log, self.log.find_user(user), self.atlas, steps)
        found = like(self.terrain, own, self.regions, k + 1)
        return found[found[schema.USER] != user].head(k).reset_index(drop=True)

    def _model(self) -> "InterestModel":
        return model(self.workspace, self.name, self.run, load(self.workspace, self.name))


@needs(VIEWER)
def around_map(
    workspace: Workspace,
    name: str,
    settings: AtlasSettings | None = None,
    run: str | None = None,
    progress: Progress = silent,
) -> AroundMap:
    """The map of a run and what lies around it, computed the first time; raises `UnknownRunError` without one."""
    from core.atlas import region_names
    from core.drift import for_charts

    found = workspace.run(name, run).id
    placed = atlas(workspace, name, settings, found).get(part(progress, 0.0, 0.5))
    around = terrain(workspace, name, settings, found).get(part(progress, 0.5, 1.0))
    log = load(workspace, name)
    shown = category_names(workspace, name).on(for_charts(log, DriftSettings().seed))
    names = region_names(around.region[: log.n_items], shown.catalogue, log.census.popularity)
    return AroundMap(workspace, name, found, placed, around, shown, tuple(names))
