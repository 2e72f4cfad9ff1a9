#pragma once

#include "gui/app/page_stack.h"
#include "gui/app/services.h"
#include "gui/compare/compare_context.h"

#include <memory>

namespace engine {
class TraceLoader;
}

namespace gui {

class ComparePage;

/// What shall stand on a side of a comparison.
struct CompareSource
{
    QString path; ///< of its file; empty where it has none
    tracestore::TracePtr trace; ///< where it is open; null: it is read from the file
    std::optional<tracestore::SessionId> session; ///< none: asked for where there are several
    QString title; ///< one line; empty: that of the session or file
    bool isAll = false; ///< all sessions as one
    std::string named; ///< the session that is meant, as findSession() takes it; empty: none
};

/// The tab of a comparison: it reads what is not open yet, asks which sessions are meant where
/// there are several, aligns the two off the GUI thread, and shows them. Closing it ends that.
class CompareTab : public PageStack
{
    Q_OBJECT

public:
    CompareTab(OfBoth<CompareSource> sources, const Services& services, QWidget* parent = nullptr);
    ~CompareTab() override;

    [[nodiscard]] const CompareSource& source(CompareSide side) const { return m_sources[side]; }

    /// What both are about, a task of an experiment: the tab has its name, and those of the sides
    /// say what differs. Before load().
    void setSubject(const QString& subject) { m_subject = subject; }

    /// For the tab bar.
    [[nodiscard]] QString title() const;

    /// Null until the two are aligned.
    [[nodiscard]] ComparePage* page() const { return m_page; }

    /// How long the alignment took, ms; nothing before.
    [[nodiscard]] std::optional<qint64> alignedIn() const { return m_alignedIn; }

    /// Begins, or tries again.
    void load();

    /// Asks for the sessions again.
    void chooseSessions();

    /// Takes another file on a side.
    void setSource(CompareSide side, const CompareSource& source);

    /// The sides have been exchanged in the page.
    void takeSwap();

signals:
    /// The title has changed.
    void renamed();
    /// There is a page.
    void opened();
    void failed();
    void closeRequested();
    /// Two others are to be chosen.
    void otherRequested();

private:
    void read(CompareSide side);
    void takeTrace(CompareSide side, const tracestore::TracePtr& trace);
    void goOn();
    [[nodiscard]] bool needsChoice() const;
    void align();
    void showPage(const AlignmentPtr& alignment);
    void showFailure(const tracestore::Error& error);
    void showWaiting(const QString& title, const QString& text);
    void nameSides();
    void stop();

    OfBoth<CompareSource> m_sources;
    const Services& m_services;
    OfBoth<engine::TraceLoader*> m_loaders;
    OfBoth<QString> m_titles;
    QString m_subject; ///< empty: the sides have nothing in common that has a name
    std::shared_ptr<tracestore::Job> m_job; ///< of the alignment under way; else null
    std::optional<qint64> m_alignedIn;
    ComparePage* m_page = nullptr;
};

} // namespace gui
