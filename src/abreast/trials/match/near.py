"""The way to the nearest site of every study at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from abreast.trials.registry import Point, Study, locate_site, takes_people

_EARTH_MILES = 3958.7613  # mean radius (IUGG 1980: 6371.0088 km)


class Places:
    """Where the sites of many studies are, in arrays."""

    def __init__(self, studies: Iterable[Study]) -> None:
        """Keep the studies; their sites are looked up when a distance is first asked for."""
        self._studies = tuple(studies)
        self._table: tuple[npt.NDArray[np.float64], npt.NDArray[np.int64], npt.NDArray[np.bool_]] | None = None
        self._day: dt.date | None = None

    def miles(self, origin: Point, today: dt.date) -> npt.NDArray[np.float64]:
        """Return the way to each study's nearest site that may take people, as the crow flies; NaN when nobody knows.

        The haversine formula on a sphere, as for one site in :func:`abreast.trials.registry.distance`.
        """
        points, owner, takes = self._sites(today)
        nearest = np.full(len(self._studies), np.inf)
        lat, lon = np.radians(points[takes]).T
        here_lat, here_lon = np.radians(origin.lat), np.radians(origin.lon)
        h = np.sin((lat - here_lat) / 2) ** 2 + np.cos(here_lat) * np.cos(lat) * np.sin((lon - here_lon) / 2) ** 2
        np.minimum.at(nearest, owner[takes], 2 * _EARTH_MILES * np.arcsin(np.sqrt(np.minimum(1.0, h))))
        return np.where(np.isinf(nearest), np.nan, nearest)

    def _sites(self, today: dt.date) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        if self._table is None or self._day != today:
            rows = [
                (point.lat, point.lon, at, takes_people(site, study, today) is not False)
                for at, study in enumerate(self._studies)
                for site in study.sites
                if (point := locate_site(site)) is not None
            ]
            self._table = (
                np.array([row[:2] for row in rows], dtype=np.float64).reshape(-1, 2),
                np.array([row[2] for row in rows], dtype=np.int64),
                np.array([row[3] for row in rows], dtype=np.bool_),
            )
            self._day = today
        return self._table
