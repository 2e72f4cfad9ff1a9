#include "gui/context/session_context.h"
#include "gui/graph/graph_view.h"
#include "gui/graph/layered_layout.h"
#include "gui/graph/layout_process/dot_layout.h"
#include "gui/theme/theme.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/benchmark.h"
#include "tests/bench/forked_work.h"
#include "tests/bench/painted_window.h"
#include "tests/bench/span_trace.h"

#include <QApplication>

#include <cstdio>
#include <cstdlib>

namespace bench {
namespace {

    constexpr QSize kScreen(1920, 1080);
    constexpr int kDotSeconds = 60; ///< of CPU, then dot is stopped
    constexpr int kLayouts = 20; ///< of ours in a round, for they are short

    /// Waits for the picture that was asked for, and paints it.
    void settle(gui::GraphView& view, PaintedWindow& window)
    {
        while (view.isBusy() || view.scene().graph == nullptr)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        window.repaint();
    }

    /// From nothing to a painted graph, as the program opens it.
    Cost showFolded(gui::SessionContext& context)
    {
        return costOf([&] {
            gui::GraphView view(context, nullptr, QStringLiteral(KYMO_LAYOUT_PROGRAM));
            PaintedWindow window(view, *view.viewport(), kScreen);
            settle(view, window);
        });
    }

    Cost showUnrolled(gui::SessionContext& context)
    {
        gui::GraphView view(context, nullptr, QStringLiteral(KYMO_LAYOUT_PROGRAM));
        PaintedWindow window(view, *view.viewport(), kScreen);
        settle(view, window);
        const std::size_t folded = view.scene().graph->nodes.size();
        const Cost cost = costOf([&] {
            view.setMode(gui::FoldMode::Unrolled);
            settle(view, window);
        });
        if (view.scene().graph->nodes.size() > folded)
            return cost;
        std::fprintf(stderr, "The graph was not unrolled.\n");
        std::exit(1);
    }

    gui::layout::Request unrolledRequest(const gui::SessionContext& context)
    {
        const gui::GraphFonts fonts {context.theme().textFont(), context.theme().smallFont()};
        const auto graph = gui::foldGraph(
            gui::buildStepGraph(context.trace(), {.session = context.session(), .root = {}}),
            {.mode = gui::FoldMode::Unrolled, .isOpen = {}});
        return gui::layoutRequest(*graph, gui::cardTexts(*graph, fonts));
    }

    Cost layOut(const gui::layout::Request& request)
    {
        Cost cost = costOf([&] {
            for (int i = 0; i < kLayouts; ++i) {
                if (gui::layeredLayout(request).nodes.size() != request.nodes.size())
                    std::exit(1);
            }
        });
        cost.cpu /= kLayouts;
        cost.wall /= kLayouts;
        return cost;
    }

    /// What dot takes, as far as its time limit.
    void compareWithDot(const gui::layout::Request& request, const Cost& ours)
    {
        const auto dot = costInChild(
            [&] { return gui::layout::DotLayout().run(request).status == gui::layout::Status::Ok; },
            kDotSeconds);
        if (!dot) {
            printNote("dot failed; its row is left out.");
            return;
        }
        if (dot->isStopped)
            printNote("dot was stopped after " + std::to_string(kDotSeconds)
                      + " s of CPU; it would need more.");
        std::printf("   %-44s cpu %8.3f s\n", "dot, once", dot->cost.cpu);
        printGoal("dot / our layout, CPU", dot->cost.cpu / ours.cpu, 1000, true);
    }

} // namespace

void benchGraph(const BenchOptions& options)
{
    const std::size_t spans = options.spans > 0 ? options.spans : 10'000;
    gui::Theme theme(QStringLiteral("dark"));
    theme.applyTo(*qApp);
    gui::SessionContext context(makeSpanTrace(spans), theme);
    const gui::layout::Request request = unrolledRequest(context);
    const auto nodes = static_cast<double>(request.nodes.size());
    Contest contest("graph of " + std::to_string(spans) + " steps, unrolled "
                        + std::to_string(request.nodes.size()) + " nodes and "
                        + std::to_string(request.edges.size()) + " edges",
                    options.rounds);
    contest.add("folded, from nothing to its picture", 0, {}, [&] { return showFolded(context); });
    contest.add("unrolled, to its picture", nodes, "nodes", [&] { return showUnrolled(context); });
    contest.add("layout alone, unrolled", nodes, "nodes", [&] { return layOut(request); });
    contest.run();
    printGoal("folded in sight, s of wall time",
              contest.median("folded, from nothing to its picture").wall,
              1);
    if (options.withPeers)
        compareWithDot(request, contest.median("layout alone, unrolled"));
}

} // namespace bench
