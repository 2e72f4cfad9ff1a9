#pragma once

#include "gui/inspector/facts_model.h"

#include <QTreeView>

namespace gui {

/// Facts as two columns with headings; long values wrap, links are followed by click or Enter.
class FactsView : public QTreeView
{
    Q_OBJECT

public:
    explicit FactsView(Theme& theme, QWidget* parent = nullptr);

    void setFacts(std::vector<Fact> facts);

    [[nodiscard]] FactsModel& model() const { return *m_model; }

public slots:
    void copyValue() const;
    void copyJson() const;

signals:
    void linkActivated(tracestore::SpanId span);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    FactsModel* m_model;
};

} // namespace gui
