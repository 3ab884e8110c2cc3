"""What other plans hold of a bay or connector, in no more rows than the search has room for."""

from __future__ import annotations

Span = tuple[int, int, int]
"""Start, end, power of what is held."""


def joined(rows: list[Span], most: int) -> list[Span]:
    """At most so many spans that hold no less, the smallest gaps between two closed first."""
    tracks: list[list[Span]] = []
    for row in sorted(rows):
        free = next((track for track in tracks if track[-1][1] <= row[0]), None)
        if free is None:
            tracks.append([row])
        else:
            free.append(row)
    while sum(map(len, tracks)) > most and any(len(track) > 1 for track in tracks):
        _, t, k = min(
            (track[k + 1][0] - track[k][1], t, k)
            for t, track in enumerate(tracks)
            for k in range(len(track) - 1)
        )
        one, other = tracks[t][k : k + 2]
        tracks[t][k : k + 2] = [(one[0], other[1], max(one[2], other[2]))]
    return sorted(row for track in tracks for row in track)
