#pragma once

#include "engine/breakpoint/breakpoint.h"
#include "tracestore/query/query_completion.h"

#include <QWidget>

class QLineEdit;

namespace gui {

/// Which steps something is about: agent, tool, model and session, completed with what occurs in
/// the trace. Empty members do not restrict.
class ScopeForm : public QWidget
{
    Q_OBJECT

public:
    explicit ScopeForm(QWidget* parent = nullptr);

    void setScope(const engine::StepScope& scope);

    /// Without what has no meaning here.
    [[nodiscard]] engine::StepScope scope() const;

    /// What has a meaning for the kind of step; the others cannot be filled in.
    void setUsable(bool hasTool, bool hasModel);

    void setValues(const tracestore::CompletionValues& values);

signals:
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QLineEdit* addEdit(const QString& label, int row, int column);

    QLineEdit* m_agent;
    QLineEdit* m_tool;
    QLineEdit* m_model;
    QLineEdit* m_session;
};

} // namespace gui
