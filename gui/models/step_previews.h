#pragma once

#include "tracestore/model/message.h"
#include "tracestore/model/trace.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <unordered_map>
#include <unordered_set>

namespace gui {

class SessionContext;

/// What a tool was asked for, in a line: the argument that tells most (`npm test`,
/// `src/refund.js`), else the arguments as they are. Empty where none are known.
QString toolPreview(const std::string& arguments);

/// What a model answered, in a line: its first text, else the tools that it asks for (`→ Read,
/// Grep`). Empty where none is known.
QString answerPreview(const std::vector<tracestore::Message>& output);

/// The previews of the tool and model calls in sight of the step tree, told apart by more than
/// their names. They stand in payloads, which are fetched off the GUI thread for the rows that stay
/// in sight.
class StepPreviews : public QObject
{
    Q_OBJECT

public:
    explicit StepPreviews(SessionContext& context, QObject* parent = nullptr);

    /// Empty where it is not known, or not yet.
    [[nodiscard]] QString of(tracestore::SpanId span) const;

    /// Fetches what is missing of these, soon; asking anew replaces what still waits.
    void request(const std::vector<tracestore::SpanId>& inSight);

signals:
    void arrived();

private:
    void fetch();

    SessionContext& m_context;
    std::unordered_map<tracestore::SpanId, QString> m_previews;
    std::vector<tracestore::SpanId> m_wanted;
    std::unordered_set<tracestore::SpanId> m_asked; ///< on their way
    QTimer m_soon;
    QElapsedTimer m_waiting; ///< since the first request that was put off
};

} // namespace gui
