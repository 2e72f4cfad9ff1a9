#pragma once

#include "gui/context/detail_loader.h"
#include "gui/conversation/conversation_rows.h"
#include "gui/messages/block_list_view.h"
#include "tracestore/provenance/origin.h"

#include <QTimer>

class QAction;
class QLabel;
class QToolButton;

namespace gui {

class SessionContext;
class ShownGrowth;

/// The list of the transcript: rows of a session, or of one agent in it.
class TranscriptList : public BlockListView
{
    Q_OBJECT

public:
    explicit TranscriptList(SessionContext& context);

    [[nodiscard]] const ConversationRows& rows() const { return m_rows; }

    /// Shows a session, or what is below `root` where it is valid.
    void setScope(tracestore::SessionId session, tracestore::SpanId root);

    /// Shows the trace of the context as it has grown: what one reads stays where it is, unless
    /// that is the end.
    void takeGrowth(const TraceGrowth& growth);

    /// Scrolls to a span of the session shown, opening cards that it lies in, and marks it.
    void reveal(tracestore::SpanId span);

    [[nodiscard]] BlockPtr blockAt(std::size_t row) const override;

public slots:
    void toggle(std::size_t row) override;

signals:
    /// Content came in: whether any of it held messages, arguments or results.
    void contentArrived(bool hasContent);

protected:
    [[nodiscard]] quint64 foldKey(std::size_t row) const override;
    [[nodiscard]] bool isMarked(std::size_t row) const override;
    [[nodiscard]] bool isStop(std::size_t row) const override;
    [[nodiscard]] QStringList notedIcons(std::size_t row) const override;
    [[nodiscard]] int estimatedHeight(std::size_t row) const override;
    void visibleBlocksChanged() override;
    void showEvent(QShowEvent* event) override;

private:
    void fetchVisible();
    void adopt(const std::vector<tracestore::SpanId>& wanted, const DetailLoader::DetailMap& map);
    void adoptEntry(std::size_t entry, const DetailLoader::DetailMap& map, bool& hasContent);
    [[nodiscard]] bool isInSight(std::size_t row);
    /// Brings all blocks of the step of a row into sight, as far as they fit.
    void showStepOf(std::size_t row);
    /// Tells the list of other rows with what one reads and the current row in their places.
    void keepPlace(const std::function<void()>& change);

    struct Place
    {
        tracestore::SpanId span; ///< invalid: there are no rows
        std::size_t row = 0; ///< within its step
    };

    struct Kept
    {
        Place fixed;
        int y = 0;
        Place current;
    };

    Kept keptPlace();
    void restorePlace(const Kept& kept);
    void refreshCards();
    void showLiveTexts();

    SessionContext& m_context;
    ConversationRows m_rows;
    std::vector<tracestore::SpanId> m_requested;
    bool m_isFetchPlanned = false;
    bool m_followsEnd = false; ///< the trace grows, and its end was in sight
    std::vector<tracestore::SpanId> m_spoken; ///< whose live texts are to be shown
    QTimer m_livePause; ///< models say more than can be read
};

/// The run as a readable transcript.
class ConversationView : public QWidget
{
    Q_OBJECT

public:
    explicit ConversationView(SessionContext& context, QWidget* parent = nullptr);

    [[nodiscard]] TranscriptList& list() const { return *m_list; }

    /// The sentence above the transcript; empty where there is none.
    [[nodiscard]] QString notice() const;

private:
    void follow(tracestore::SpanId span);
    void setScope(tracestore::SessionId session, tracestore::SpanId root);
    void enter(std::size_t row);
    void leave();
    [[nodiscard]] tracestore::OriginQuery originOf(std::size_t row) const;
    void openWhole(std::size_t row, std::size_t section);
    void openMedia(std::size_t row, std::size_t medium);
    void noteContent(bool hasContent);
    void updateHeader();
    void addActions();
    void takeGrowth(const TraceGrowth& growth);
    void noteEmpty();

    SessionContext& m_context;
    TranscriptList* m_list;
    ShownGrowth* m_growth;
    QWidget* m_header;
    QToolButton* m_back;
    QAction* m_leaveAction = nullptr;
    QLabel* m_where;
    QLabel* m_notice;
    bool m_hasContent = false;
    bool m_isOwnSelection = false;
};

} // namespace gui
