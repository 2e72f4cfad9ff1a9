#pragma once

#include "gui/graph/layout_process/layout_protocol.h"

#include <QObject>
#include <QProcess>
#include <QTimer>

#include <chrono>
#include <memory>
#include <optional>

namespace gui {

enum class LayoutEngine : std::uint8_t
{
    Dot, ///< Graphviz, in the child process
    Layered, ///< our own, see layered_layout.h
};

/// Why it was not dot.
enum class LayoutReason : std::uint8_t
{
    None,
    TooLarge,
    Missing, ///< there is no kymo-layout
    Crashed,
    TimedOut,
    Refused, ///< it gave no usable answer
};

struct LayoutOutcome
{
    layout::Request request;
    layout::Answer answer;
    LayoutEngine engine = LayoutEngine::Dot;
    LayoutReason reason = LayoutReason::None;
};

/// Lays out graphs off the GUI thread: by dot in the child process kymo-layout, which is killed
/// past the time limit and started anew when needed, else by our own layout on a worker thread.
/// The newest request wins: older ones are dropped without an answer. GUI thread; never waits.
class GraphLayout : public QObject
{
    Q_OBJECT

public:
    /// What dot can do well and soon.
    static constexpr std::size_t kMaxDotNodes = 500;
    static constexpr std::size_t kMaxDotEdges = 2'000;

    explicit GraphLayout(QString program = defaultProgram(), QObject* parent = nullptr);
    ~GraphLayout() override;

    /// Where kymo-layout is installed: beside the program, or in libexec. Empty where it is not.
    static QString defaultProgram();

    void setTimeLimit(std::chrono::milliseconds limit) { m_timeLimit = limit; }

    /// Asks for a layout; finished() brings it, later. `request.id` is set here.
    void request(layout::Request request);

signals:
    void finished(const gui::LayoutOutcome& outcome);

private:
    void startNext();
    void startProcess();
    void dropProcess();
    void readAnswer();
    void endWith(LayoutReason reason);
    void layOutOurselves(layout::Request request, LayoutReason reason);

    QString m_program;
    std::chrono::milliseconds m_timeLimit {3000};
    std::unique_ptr<QProcess> m_process;
    QTimer m_timer;
    QByteArray m_received;
    std::optional<layout::Request> m_running; ///< sent to the child
    std::optional<layout::Request> m_waiting;
    std::uint32_t m_newest = 0;
};

} // namespace gui
