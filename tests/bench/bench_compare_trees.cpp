#include "gui/compare/compare_model.h"
#include "gui/compare/compare_trees.h"
#include "gui/theme/theme.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/benchmark.h"
#include "tests/bench/painted_window.h"
#include "tests/bench/span_trace.h"

#include <QApplication>
#include <QScrollBar>

#include <cstdio>
#include <cstdlib>

namespace bench {
namespace {

    constexpr QSize kSize(1100, 1080);
    constexpr int kPlaces = 30; ///< frames of a scrolling
    constexpr std::size_t kSmall = 1'000;
    constexpr std::size_t kEvery = 20; ///< one pair of so many differs

    /// A trace beside itself, with a share of pairs that are said to differ.
    gui::AlignmentPtr alignmentOf(const tracestore::Trace& trace)
    {
        tracestore::TraceAlignment alignment;
        for (const tracestore::SpanId span : trace.preOrder()) {
            tracestore::StepPair pair {.a = span, .b = span};
            const auto parent = trace.parent(span);
            if (parent.isValid())
                pair.depth = alignment.pairs[trace.preOrderIndex(parent)].depth + 1;
            const bool isChanged = alignment.pairs.size() % kEvery == kEvery - 1;
            pair.state = isChanged ? tracestore::PairState::Changed : tracestore::PairState::Equal;
            ++(isChanged ? alignment.changed : alignment.equal);
            alignment.pairs.push_back(pair);
        }
        return std::make_shared<const tracestore::TraceAlignment>(std::move(alignment));
    }

    class Comparison
    {
    public:
        Comparison(gui::Theme& theme, const tracestore::TracePtr& trace)
            : m_context({{trace, {}, {}, {}}, {trace, {}, {}, {}}}, alignmentOf(*trace), theme)
            , m_view(m_context)
            , m_window(m_view, *m_view.viewport(), kSize)
        { }

        Cost fold(gui::EqualFolding folding)
        {
            m_view.setFolding(gui::EqualFolding::None);
            m_window.repaint();
            return costOf([&] {
                m_view.setFolding(folding);
                m_window.repaint();
            });
        }

        /// Jumps all over the list, a frame each.
        Cost scroll()
        {
            m_view.setFolding(gui::EqualFolding::None);
            if (static_cast<std::size_t>(m_view.compareModel().rowCount())
                != m_context.pairs().size()) {
                std::fprintf(stderr, "The comparison does not show all pairs.\n");
                std::exit(1);
            }
            QScrollBar& bar = *m_view.verticalScrollBar();
            return costOf([&] {
                for (int place = 0; place < kPlaces; ++place) {
                    bar.setValue(static_cast<int>(qint64 {bar.maximum()} * place / kPlaces));
                    m_window.repaint();
                }
            });
        }

    private:
        gui::CompareContext m_context;
        gui::CompareTrees m_view;
        PaintedWindow m_window;
    };

} // namespace

void benchCompareTrees(const BenchOptions& options)
{
    const std::size_t pairs = options.spans > 0 ? options.spans : 100'000;
    gui::Theme theme(QStringLiteral("dark"));
    theme.applyTo(*qApp);
    Comparison large(theme, makeSpanTrace(pairs));
    Comparison small(theme, makeSpanTrace(kSmall));
    const auto count = static_cast<double>(pairs);
    Contest contest("comparison of " + std::to_string(pairs) + " pairs", options.rounds);
    contest.add("scroll", kPlaces, "frames", [&] { return large.scroll(); });
    contest.add("scroll, 1000 pairs", kPlaces, "frames", [&] { return small.scroll(); });
    contest.add(
        "fold stretches", count, "pairs", [&] { return large.fold(gui::EqualFolding::Stretches); });
    contest.add("fold all", count, "pairs", [&] { return large.fold(gui::EqualFolding::All); });
    contest.run();
    printGoal("scroll: all pairs / 1000 pairs, CPU",
              contest.cpuRatio("scroll", "scroll, 1000 pairs"),
              1.3);
}

} // namespace bench
