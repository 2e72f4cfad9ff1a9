#pragma once

#include "engine/provider/provider.h"
#include "engine/provider/script.h"
#include "engine/wire/wire_error.h"
#include "tracestore/base/clock.h"

#include <QObject>
#include <QTimer>

namespace engine {

/// A call that a script answers: piece by piece at its pace, or all at once where there is no
/// delay. Engine thread.
class ScriptedCall : public QObject, public RunningCall
{
    Q_OBJECT

public:
    ScriptedCall(tracestore::Result<ScriptedAnswer> answer,
                 bool isStreamed,
                 CallHandlers handlers,
                 const tracestore::Clock& clock);

    void cancel() override;

private:
    void preparePieces();
    void goOn();
    bool tellNext();
    void finish();
    [[nodiscard]] Outcome outcome();
    void end(Outcome outcome);

    tracestore::Result<ScriptedAnswer> m_answer;
    CallHandlers m_handlers;
    const tracestore::Clock& m_clock;
    std::vector<ChatDelta> m_pieces;
    std::size_t m_told = 0;
    std::string m_toldText;
    std::optional<tracestore::Timestamp> m_firstToken;
    std::unique_ptr<QTimer> m_timer; ///< only where there is a delay
    bool m_isStreamed;
    bool m_isOver = false;
};

/// The outcome that a fault has beside a live provider; nothing for an empty answer.
std::optional<WireError> errorOfFault(const ScriptFault& fault);

} // namespace engine
