#pragma once

#include "gui/compare/compare_context.h"

#include <QWidget>

class QLineEdit;
class QListWidget;
class QPushButton;

namespace gui {

class Theme;

/// What one of a trace's sessions is chosen by.
struct ChosenSession
{
    std::optional<tracestore::SessionId> session; ///< none: all of it

    bool operator==(const ChosenSession&) const = default;
};

/// Asks which sessions of two traces are compared, where there are several: a list for each side,
/// with a line to filter it. A side that has but one is told, not asked for.
class SessionChoice : public QWidget
{
    Q_OBJECT

public:
    struct Side
    {
        tracestore::TracePtr trace;
        QString title;
        std::optional<tracestore::SessionId> session; ///< selected at first
    };

    SessionChoice(OfBoth<Side> sides, Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] QListWidget& list(CompareSide side) const { return *m_lists[side]; }

    [[nodiscard]] QLineEdit& filter(CompareSide side) const { return *m_filters[side]; }

    /// What is selected; nothing where no line is.
    [[nodiscard]] std::optional<ChosenSession> chosen(CompareSide side) const;

    [[nodiscard]] QPushButton& compareButton() const { return *m_compare; }

signals:
    void compareRequested();

private:
    QWidget* makeSide(CompareSide side);
    void fill(CompareSide side);
    void applyFilter(CompareSide side);
    void select(CompareSide side, std::optional<tracestore::SessionId> session);
    void update();

    OfBoth<Side> m_sides;
    Theme& m_theme;
    OfBoth<QLineEdit*> m_filters;
    OfBoth<QListWidget*> m_lists;
    QPushButton* m_compare;
};

/// The session of another trace, or another one of the same, that answers best to one: that of the
/// same key, else the one whose title begins alike for longest, as those of one task do.
std::optional<tracestore::SessionId> counterpartOf(const tracestore::TracePtr& trace,
                                                   std::optional<tracestore::SessionId> session,
                                                   const tracestore::TracePtr& other);

} // namespace gui
