#pragma once

#include "gui/context/detail_loader.h"
#include "gui/inspector/facts.h"
#include "tracestore/provenance/origin.h"

#include <QHash>
#include <QWidget>

class QLabel;
class QStackedWidget;
class QTabBar;
class QTimer;

namespace gui {

class AttributesPage;
class BlockListView;
class DataPage;
class FactsView;
class JsonTreeView;
class MessageList;
class SessionContext;
struct TraceGrowth;

/// All that is known of the selected step.
class InspectorView : public QWidget
{
    Q_OBJECT

public:
    enum class Tab : std::uint8_t
    {
        Summary,
        Input,
        Output,
        Arguments,
        Result,
        Usage,
        Attributes,
        Events,
        Raw,
    };

    explicit InspectorView(SessionContext& context, QWidget* parent = nullptr);
    ~InspectorView() override;

    [[nodiscard]] Tab currentTab() const;
    void setCurrentTab(Tab tab);
    /// Whether a tab is there at all, and whether it can be chosen.
    [[nodiscard]] bool isTabShown(Tab tab) const;
    [[nodiscard]] bool isTabEnabled(Tab tab) const;

    /// The sentence above the tabs: what is wrong; empty where nothing is.
    [[nodiscard]] QString notice() const;

    [[nodiscard]] FactsView& summary() const { return *m_summary; }

    [[nodiscard]] MessageList& input() const { return *m_input; }

    [[nodiscard]] MessageList& output() const { return *m_output; }

    [[nodiscard]] DataPage& arguments() const { return *m_arguments; }

    [[nodiscard]] DataPage& result() const { return *m_result; }

    [[nodiscard]] FactsView& usage() const { return *m_usage; }

    [[nodiscard]] AttributesPage& attributes() const { return *m_attributes; }

    [[nodiscard]] DataPage& rawPage() const { return *m_raw; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void addTabs();
    void addActions();
    void offerBreakpoints();
    void offerOrigins();
    /// What is selected there, or all of it.
    [[nodiscard]] tracestore::OriginQuery originOf(const DataPage& page,
                                                   tracestore::TextPlaceKind kind) const;
    [[nodiscard]] tracestore::OriginQuery originOf(const MessageList& list, std::size_t row) const;
    void showWantedPlace();
    void showStretch(DataPage& page, const QString& stretch);
    static void showMessage(MessageList& list, const tracestore::ContentPlace& place);
    void showSpan(tracestore::SpanId span);
    void request(tracestore::SpanId span);
    void takeGrowth(const TraceGrowth& growth);
    void showFacts(FactsView& view, std::vector<Fact> facts) const;
    void showLoading();
    void adopt(tracestore::SpanId span, const DetailLoader::DetailMap& details);
    void showDetail(const tracestore::SpanDetail& detail, const tracestore::SpanDetail* previous);
    void showFailure(const tracestore::Error& error);
    void showRaw();
    void updateHeader();
    void updateTabs(const tracestore::SpanDetail* detail);
    [[nodiscard]] QString whyEmpty(Tab tab) const;
    void openWhole(BlockListView& list, std::size_t row, std::size_t section);
    void openMedia(BlockListView& list, std::size_t row, std::size_t medium);
    void copyAsJson();
    void setNotice(const QString& text);
    void tellPlace();

    SessionContext& m_context;
    std::optional<tracestore::PriceTable> m_prices;
    tracestore::SpanId m_span;
    DetailLoader::DetailPtr m_detail; ///< null while it is not there
    DetailLoader::DetailPtr m_previous; ///< of the call before, likewise
    const tracestore::SpanDetail* m_shown = nullptr; ///< while a newer one comes in its place
    bool m_goesOn = false; ///< the next detail is a newer one of the same step
    QHash<int, int> m_chosen; ///< tab by kind of span

    /// A place that is to be brought into sight when its step is there.
    struct WantedPlace
    {
        tracestore::SpanId span;
        tracestore::ContentPlace place;
        QString stretch;
    };

    WantedPlace m_wanted; ///< invalid span: none
    bool m_isAdopting = false;
    tracestore::SpanId m_rawOf; ///< whose record the raw tab shows

    QLabel* m_icon;
    QLabel* m_title;
    QLabel* m_loading;
    QString m_toldPlace; ///< the notice of where one stands
    QLabel* m_notice;
    QTimer* m_loadingTimer;
    QTabBar* m_tabs;
    QStackedWidget* m_stack;
    QLabel* m_empty;
    FactsView* m_summary;
    MessageList* m_input;
    MessageList* m_output;
    DataPage* m_arguments;
    DataPage* m_result;
    FactsView* m_usage;
    AttributesPage* m_attributes;
    JsonTreeView* m_events;
    DataPage* m_raw;
};

/// The name that conditions have for a value: below `root` (`args`), at a path of the JSON tree.
QString fieldOf(const QString& root, const QString& path);

} // namespace gui
