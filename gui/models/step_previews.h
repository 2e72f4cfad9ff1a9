#pragma once

#include "tracestore/model/trace.h"

#include <QObject>
#include <QTimer>

#include <unordered_map>

namespace gui {

class SessionContext;

/// What a tool was asked for, in a line: the argument that tells most (`npm test`,
/// `src/refund.js`), else the arguments as they are. Empty where none are known.
QString toolPreview(const std::string& arguments);

/// The previews of the tool calls in sight of the step tree. Arguments are payloads: they are
/// fetched off the GUI thread for the rows that stay in sight, and kept.
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
    QTimer m_soon;
};

} // namespace gui
