"""One line per figure, and whether it keeps what is promised."""

def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


class Figures:
    """Prints as it goes; `broken` counts promises that were not kept."""

    def __init__(self):
        self.broken = 0

    def line(self, name, value):
        print(f"{name:<44} {value}", flush=True)

    def promise(self, name, value, kept, promised):
        """`kept`: whether `value` is as `promised` in words."""
        self.broken += not kept
        self.line(name, f"{value}  ({promised}: {'kept' if kept else 'BROKEN'})")

    def milliseconds(self, name, seconds):
        values = [1000 * s for s in seconds]
        self.line(name, f"p50 {percentile(values, .5):.1f} ms, p99 {percentile(values, .99):.1f} ms, "
                        f"longest {max(values, default=float('nan')):.1f} ms, {len(values)} measured")
