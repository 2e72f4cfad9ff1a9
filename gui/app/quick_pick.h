#pragma once

#include <QDialog>
#include <QIcon>

#include <functional>

class QLabel;
class QLineEdit;
class QListWidget;

namespace gui {

class Theme;

/// One thing that can be picked.
struct QuickPickItem
{
    QString text;
    QString description; ///< at the right: keys, place
    QIcon icon;
    std::function<void()> pick;
    QString whyNot = {}; ///< not empty: it cannot be picked now, this says why
};

/// A line to type in and a list of what fits, over the middle of the window: the palette of
/// commands, going to a step. Enter picks, Escape closes.
class QuickPick : public QDialog
{
    Q_OBJECT

public:
    static constexpr int kMaxItems = 200;

    /// Gives the items for what is typed, the best first, at most kMaxItems.
    using Source = std::function<QList<QuickPickItem>(const QString& typed)>;

    QuickPick(Theme& theme, const QString& placeholder, Source source, QWidget* window);

    [[nodiscard]] QLineEdit& edit() const { return *m_edit; }

    [[nodiscard]] QListWidget& list() const { return *m_list; }

    /// Whether all words of `typed` occur in the text, in any order and case.
    static bool fits(const QString& text, const QString& typed);

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fill();
    void pick();

    Theme& m_theme;
    Source m_source;
    QLineEdit* m_edit;
    QListWidget* m_list;
    QLabel* m_nothing; ///< in the place of an empty list
    QList<QuickPickItem> m_items;
};

} // namespace gui
