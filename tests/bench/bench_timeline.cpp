#include "gui/context/session_context.h"
#include "gui/theme/theme.h"
#include "gui/timeline/timeline_canvas.h"
#include "gui/timeline/timeline_view.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/benchmark.h"
#include "tests/bench/painted_window.h"
#include "tests/bench/span_trace.h"

#include <QApplication>
#include <QScrollBar>

#include <algorithm>
#include <array>
#include <memory>

namespace bench {
namespace {

    constexpr QSize kScreen(1920, 1080);
    constexpr int kPlaces = 16; ///< frames of each zoom, all over the trace

    struct Zoom
    {
        const char* name;
        double part; ///< of the whole that is in sight; as little as can be where it is 0
    };

    constexpr auto kZooms = std::to_array<Zoom>(
        {{"whole", 1}, {"1/10", 0.1}, {"1/1000", 0.001}, {"1/100000", 0.00001}, {"deepest", 0}});

    /// The timeline of a trace as the program shows it.
    class ShownTimeline
    {
    public:
        ShownTimeline(gui::Theme& theme, std::size_t spans, gui::TimelineScaleKind scale)
            : m_context(makeSpanTrace(spans), theme)
            , m_view(m_context)
            , m_window(m_view, *m_view.canvas().viewport(), kScreen)
            , m_name(QString::number(spans).toStdString())
        {
            m_view.canvas().setScale(scale);
        }

        [[nodiscard]] const std::string& name() const { return m_name; }

        /// What a frame took, one after another.
        [[nodiscard]] std::vector<double>& frames() { return m_frames; }

        void setScale(gui::TimelineScaleKind scale)
        {
            m_view.canvas().setScale(scale);
            m_window.repaint();
        }

        /// As after a search that found one step in 37.
        void markHits()
        {
            std::vector<tracestore::SpanId> hits;
            for (std::size_t i = 0; i < m_context.trace()->spanCount(); i += 37)
                hits.emplace_back(i);
            m_context.addHits(hits);
            m_window.repaint();
        }

        Cost paintPlaces(const Zoom& zoom)
        {
            Cost sum;
            for (int place = 0; place < kPlaces; ++place) {
                const Cost cost = costOf([&] { paintPlace(zoom, place); });
                m_frames.push_back(cost.cpu * 1000);
                sum.cpu += cost.cpu;
                sum.wall += cost.wall;
            }
            return sum;
        }

    private:
        void paintPlace(const Zoom& zoom, int place)
        {
            gui::TimelineCanvas& canvas = m_view.canvas();
            const double length = canvas.scale().length();
            const double shown = std::max(length * zoom.part, canvas.scale().minSpan());
            const double from = (length - shown) * place / (kPlaces - 1);
            canvas.setRange(from, from + shown);
            QScrollBar& bar = *canvas.verticalScrollBar();
            bar.setValue(bar.maximum() * (place % 3) / 2);
            m_window.repaint();
        }

        gui::SessionContext m_context;
        gui::TimelineView m_view;
        PaintedWindow m_window;
        std::string m_name;
        std::vector<double> m_frames;
    };

    using Timelines = std::vector<std::unique_ptr<ShownTimeline>>;

    std::string entryName(const ShownTimeline& timeline, const Zoom& zoom)
    {
        return timeline.name() + " spans, " + zoom.name;
    }

    Cost blits(PaintedWindow& window)
    {
        return costOf([&] {
            for (int i = 0; i < kPlaces; ++i)
                window.repaint();
        });
    }

    double percentile(std::vector<double> values, double part)
    {
        std::ranges::sort(values);
        const auto last = static_cast<double>(values.size() - 1);
        return values[static_cast<std::size_t>(last * part)];
    }

    void printGoals(const Contest& contest, const Timelines& timelines)
    {
        for (const Zoom& zoom : kZooms) {
            for (const auto& timeline : timelines)
                printGoal(entryName(*timeline, zoom) + ": frame / blit, CPU",
                          contest.cpuRatio(entryName(*timeline, zoom), "blit"),
                          4);
            printGoal(std::string(zoom.name) + ": largest / smallest, CPU",
                      contest.cpuRatio(entryName(*timelines.back(), zoom),
                                       entryName(*timelines.front(), zoom)),
                      1.3);
        }
        for (const auto& timeline : timelines)
            printGoal(timeline->name() + " spans: 99 % of frames, ms CPU",
                      percentile(timeline->frames(), 0.99),
                      8);
    }

    void run(const std::string& title, const Timelines& timelines, int rounds)
    {
        BlitWidget blit;
        PaintedWindow blitWindow(blit, blit, kScreen);
        Contest contest(title, rounds);
        contest.add("blit", kPlaces, "frames", [&] { return blits(blitWindow); });
        for (const auto& timeline : timelines) {
            timeline->frames().clear();
            for (const Zoom& zoom : kZooms)
                contest.add(entryName(*timeline, zoom), kPlaces, "frames", [&] {
                    return timeline->paintPlaces(zoom);
                });
        }
        contest.run();
        printGoals(contest, timelines);
    }

} // namespace

void benchTimeline(const BenchOptions& options)
{
    using gui::TimelineScaleKind;
    const std::size_t most = options.spans > 0 ? options.spans : 10'000'000;
    gui::Theme theme(QStringLiteral("dark"));
    theme.applyTo(*qApp);
    Timelines timelines;
    for (const std::size_t spans : {most / 100, most / 10, most})
        timelines.push_back(
            std::make_unique<ShownTimeline>(theme, spans, TimelineScaleKind::Sequence));
    run("timeline by sequence, 1920x1080", timelines, options.rounds);
    for (const auto& timeline : timelines)
        timeline->setScale(TimelineScaleKind::Clock);
    run("timeline by the clock, 1920x1080", timelines, options.rounds);
    for (const auto& timeline : timelines)
        timeline->markHits();
    run("timeline by the clock with hits of a search, 1920x1080", timelines, options.rounds);
}

} // namespace bench
