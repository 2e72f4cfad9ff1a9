#pragma once

#include "gui/context/trace_growth.h"

#include <QObject>

#include <functional>

class QWidget;

namespace gui {

class SessionContext;

/// Tells a view of the growth of its trace while it can be seen. What comes while it is hidden it
/// takes at once when it is shown, as one growth; until then it goes on with the trace that it
/// knows. GUI thread; a child of the view.
class ShownGrowth : public QObject
{
public:
    using Take = std::function<void(const TraceGrowth&)>;

    /// `take` is called while the context has the newer trace already.
    ShownGrowth(SessionContext& context, QWidget& view, Take take);

    /// Takes what is missing, seen or not: asked before the view uses a span or a session that
    /// somebody else names.
    void catchUp();

    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void hear(const TraceGrowth& growth);

    SessionContext& m_context;
    QWidget& m_view;
    Take m_take;
    tracestore::TracePtr m_taken; ///< what the view knows
};

} // namespace gui
