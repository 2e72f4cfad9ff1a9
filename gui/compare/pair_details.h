#pragma once

#include "gui/compare/pair_fields.h"

#include <QTimer>
#include <QWidget>

#include <memory>

class QLabel;
class QTabBar;
class QToolButton;

namespace gui {

class ElidedLabel;
class PairedTextView;

/// What the two steps of the selected pair say, field by field, both texts side by side with what
/// differs. Reads and compares off the GUI thread; of several pairs the one selected last wins.
class PairDetails : public QWidget
{
    Q_OBJECT

public:
    explicit PairDetails(CompareContext& context, QWidget* parent = nullptr);

    [[nodiscard]] PairedTextView& texts() const { return *m_texts; }

    /// The fields of the pair in the order of the tabs; empty while they are being read.
    [[nodiscard]] const std::vector<FieldPair>& fields() const { return *m_fields; }

    /// Whether what is shown is that of the selected pair.
    [[nodiscard]] bool isReady() const { return m_isReady; }

    [[nodiscard]] std::optional<PairField> currentField() const;
    void setCurrentField(PairField field);

    /// The sentence above the texts: what could not be read; empty where nothing.
    [[nodiscard]] QString notice() const;

signals:
    void ready();

private:
    using Fields = std::vector<FieldPair>;

    /// What came of reading both steps.
    struct Reading
    {
        std::shared_ptr<const Fields> fields;
        QString problem;
    };

    void makeBar();
    QToolButton* addButton(const QString& icon, const QString& text, const QString& name);
    void showPair();
    void read();
    static Reading readPair(const OfBoth<tracestore::TracePtr>& traces,
                            const OfBoth<tracestore::SpanId>& spans);
    void takeFields(const Reading& reading);
    [[nodiscard]] int firstTab() const;
    void showField(int tab);
    void takeTexts(int tab, const std::shared_ptr<const PairedText>& texts);
    void showHeader();
    void updateChanges();
    void followTheme();
    void openWhole(CompareSide side);

    CompareContext& m_context;
    QLabel* m_icon;
    ElidedLabel* m_title;
    ElidedLabel* m_how;
    QLabel* m_notice;
    QLabel* m_changes;
    QTabBar* m_tabs;
    PairedTextView* m_texts;
    QList<QPair<QToolButton*, QString>> m_buttons;
    QToolButton* m_byWords = nullptr;
    QToolButton* m_all = nullptr;
    std::shared_ptr<const Fields> m_fields; ///< never null
    QTimer m_soon; ///< who walks on wants nothing of what lies between
    std::uint64_t m_order = 0;
    bool m_isReady = false;
    bool m_isAdopting = false; ///< tabs change without having been chosen
    std::optional<PairField> m_chosen; ///< by the user; kept from pair to pair
};

} // namespace gui
