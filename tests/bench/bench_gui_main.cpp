#include "gui/theme/theme.h"
#include "tests/bench/bench_command.h"

#include <QApplication>

#include <array>

namespace {

constexpr auto kBenchmarks = std::to_array<bench::Benchmark>({
    {"timeline", "frames of the timeline beside a blit of their size", bench::benchTimeline},
    {"tree", "opening, closing and scrolling the step tree beside QTreeView", bench::benchStepTree},
    {"compare", "scrolling and folding a comparison of 100,000 pairs", bench::benchCompareTrees},
    {"graph", "the graph of a long session beside Graphviz", bench::benchGraph},
    {"message", "showing a message of 10 MB beside QPlainTextEdit", bench::benchMessage},
    {"stop", "from a hit to the window that shows it, after 100,000 steps", bench::benchStop},
    {"stream", "a window while a model says 1,000 pieces a second", bench::benchStream},
});

} // namespace

int main(int argc, char** argv)
{
    // Nothing is on a screen: what is measured is the painting, not the way to the display.
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    return bench::runBenchmarks(kBenchmarks, argc, argv);
}
