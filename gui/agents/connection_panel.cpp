#include "gui/agents/connection_panel.h"

#include "gui/theme/theme.h"

#include <QLabel>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using engine::EngineService;

ConnectionPanel::ConnectionPanel(Theme& theme, EngineService* engine, QWidget* parent)
    : QScrollArea(parent)
    , m_theme(theme)
    , m_engine(engine)
    , m_content(new QWidget(this))
    , m_hint(new QLabel(this))
{
    setObjectName(u"connections"_s);
    setAccessibleName(tr("Connections"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_hint->setTextFormat(Qt::PlainText);
    m_hint->setWordWrap(true);
    auto* column = new QVBoxLayout(m_content);
    column->setContentsMargins(
        metrics::kMargin, metrics::kMargin, metrics::kMargin, metrics::kMargin);
    column->setSpacing(metrics::kMargin);
    column->addWidget(m_hint);
    column->addStretch(1);
    setWidget(m_content);
    if (engine != nullptr)
        connect(engine, &EngineService::connectionChecked, this, &ConnectionPanel::takeReport);
}

ConnectionPanel::~ConnectionPanel()
{
    for (const ConnectionRow* row : m_rows)
        stop(*row);
}

void ConnectionPanel::stop(const ConnectionRow& row)
{
    if (row.isBusy())
        m_engine->cancelCheck(row.check());
}

void ConnectionPanel::setSource(std::function<QString()> text, const QString& folder)
{
    m_text = std::move(text);
    m_folder = folder;
}

void ConnectionPanel::setTargets(const std::vector<ConnectionTarget>& targets, bool isKnown)
{
    m_hint->setText(!isKnown              ? tr("Not known before the text can be read.")
                        : targets.empty() ? tr("The configuration names no provider and no server.")
                                          : tr("Providers of models and servers of tools. A test "
                                               "sends nothing of your prompts."));
    std::vector<ConnectionRow*> before = std::exchange(m_rows, {});
    auto* column = static_cast<QVBoxLayout*>(m_content->layout());
    for (const ConnectionTarget& target : targets) {
        const auto same = std::ranges::find_if(
            before, [&](const ConnectionRow* row) { return row->target() == target; });
        ConnectionRow* row = nullptr;
        if (same == before.end()) {
            row = new ConnectionRow(target, m_theme, m_content);
            row->setTestable(m_engine != nullptr);
            connect(row, &ConnectionRow::testRequested, this, [this, row](const QString& model) {
                test(*row, model);
            });
            connect(row, &ConnectionRow::stopRequested, this, [this, row] { stop(*row); });
        } else {
            row = *same;
            before.erase(same);
            column->removeWidget(row);
        }
        m_rows.push_back(row);
        column->insertWidget(static_cast<int>(m_rows.size()), row);
    }
    for (ConnectionRow* gone : before) {
        stop(*gone);
        gone->deleteLater();
    }
}

void ConnectionPanel::test(ConnectionRow& row, const QString& model)
{
    engine::ConnectionRequest request;
    request.text = m_text();
    request.folder = m_folder;
    request.name = row.target().name;
    request.isServer = row.target().isServer;
    request.asksModel = !model.isEmpty();
    request.model = model;
    row.begin(m_engine->checkConnection(request));
}

void ConnectionPanel::takeReport(const engine::ConnectionReport& report)
{
    for (ConnectionRow* row : m_rows) {
        if (row->check() == report.check)
            row->setReport(report);
    }
}

} // namespace gui
