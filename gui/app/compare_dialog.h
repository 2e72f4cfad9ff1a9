#pragma once

#include "gui/app/compare_tab.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QPushButton;

namespace gui {

/// Asks what is compared with what: traces that are open, those opened lately, or any file.
class CompareDialog : public QDialog
{
    Q_OBJECT

public:
    /// `open`: of the tabs, the one in front first; `recent`: paths, the newest first.
    CompareDialog(std::vector<CompareSource> open,
                  const QStringList& recent,
                  Theme& theme,
                  QWidget* parent = nullptr);

    [[nodiscard]] QComboBox& box(CompareSide side) const { return *m_boxes[side]; }

    [[nodiscard]] CompareSource source(CompareSide side) const;

    [[nodiscard]] QPushButton& compareButton() const { return *m_compare; }

    /// Takes a file on a side, as if it had been chosen there.
    void choose(CompareSide side, const QString& path);

private:
    void fill(CompareSide side, const QStringList& recent);
    void browse(CompareSide side);
    void update();

    std::vector<CompareSource> m_open;
    OfBoth<QComboBox*> m_boxes;
    QLabel* m_hint;
    QPushButton* m_compare = nullptr;
};

} // namespace gui
