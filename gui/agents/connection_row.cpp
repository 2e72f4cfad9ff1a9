#include "gui/agents/connection_row.h"

#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using Level = engine::ConnectionFinding::Level;

namespace {

    QLabel* rowLabel(const QString& text = {})
    {
        auto* label = new QLabel(text);
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        return label;
    }

    std::pair<QString, ColorRole> iconOf(Level level)
    {
        switch (level) {
        case Level::Good:
            return {u"status-ok"_s, ColorRole::Ok};
        case Level::Doubt:
            return {u"status-warning"_s, ColorRole::Warning};
        case Level::Bad:
            return {u"status-error"_s, ColorRole::Error};
        default:
            return {};
        }
    }

} // namespace

ConnectionRow::ConnectionRow(const ConnectionTarget& target, Theme& theme, QWidget* parent)
    : QFrame(parent)
    , m_theme(theme)
    , m_target(target)
    , m_name(rowLabel(singleLine(target.name.toStdString(), 60)))
    , m_what(rowLabel(target.what))
    , m_test(new QPushButton(tr("Test"), this))
    , m_ask(new QPushButton(this))
    , m_findings(new QVBoxLayout)
{
    setObjectName(u"connection-"_s + target.name);
    setAccessibleName(target.name);
    m_what->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_test->setObjectName(u"testConnection"_s);
    m_test->setToolTip(target.isServer
                           ? tr("Start the server, ask for its tools and stop it")
                           : tr("Ask the provider for its list of models, which costs nothing"));
    m_ask->setObjectName(u"askModel"_s);
    m_ask->hide();
    auto* head = new QHBoxLayout;
    head->setSpacing(2 * metrics::kSpacing);
    head->addWidget(m_name);
    head->addWidget(m_what, 1);
    head->addWidget(m_test);
    m_findings->setSpacing(2);
    auto* asking = new QHBoxLayout;
    asking->addWidget(m_ask);
    asking->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, metrics::kSpacing, 0, metrics::kSpacing);
    column->setSpacing(metrics::kSpacing);
    column->addLayout(head);
    column->addLayout(m_findings);
    column->addLayout(asking);
    connect(m_test, &QPushButton::clicked, this, [this] {
        if (m_isBusy)
            emit stopRequested();
        else
            emit testRequested({});
    });
    connect(m_ask, &QPushButton::clicked, this, [this] {
        emit testRequested(toText(m_report.askedModel));
    });
    connect(&theme, &Theme::changed, this, &ConnectionRow::followTheme);
    followTheme();
}

void ConnectionRow::followTheme()
{
    QFont bold = m_theme.textFont();
    bold.setWeight(QFont::DemiBold);
    m_name->setFont(bold);
    QPalette colors = m_what->palette();
    colors.setColor(QPalette::WindowText, m_theme.color(ColorRole::TextDim));
    m_what->setPalette(colors);
    showFindings();
}

void ConnectionRow::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    elide();
}

void ConnectionRow::elide()
{
    m_what->setText(m_what->fontMetrics().elidedText(
        m_target.what, Qt::ElideMiddle, std::max(40, m_what->width())));
    m_what->setToolTip(QString(u"<p>"_s + m_target.what.toHtmlEscaped() + u"</p>"_s));
}

void ConnectionRow::begin(engine::CheckId check)
{
    m_report = {};
    m_report.check = check;
    m_isBusy = true;
    showFindings();
}

void ConnectionRow::setReport(const engine::ConnectionReport& report)
{
    m_report = report;
    m_isBusy = !report.isOver;
    showFindings();
}

void ConnectionRow::setTestable(bool isTestable)
{
    m_test->setEnabled(isTestable || m_isBusy);
    m_ask->setEnabled(isTestable);
}

void ConnectionRow::showFindings()
{
    while (QLayoutItem* item = m_findings->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const engine::ConnectionFinding& finding : m_report.findings)
        addFinding(finding);
    m_test->setText(m_isBusy ? tr("Stop") : tr("Test"));
    m_ask->setVisible(m_report.isOver && !m_report.askedModel.empty());
    const QString cost = m_report.askCost
        ? tr("at most $%1").arg(QString::number(std::max(*m_report.askCost, 0.0001), 'f', 4))
        : tr("its price is not known");
    m_ask->setText(tr("Ask %1 for one short answer (%2 tokens, %3)")
                       .arg(singleLine(m_report.askedModel, 40).replace(u'&', u"&&"_s))
                       .arg(m_report.askedTokens)
                       .arg(cost));
}

void ConnectionRow::addFinding(const engine::ConnectionFinding& finding)
{
    auto* line = new QWidget(this);
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * metrics::kSpacing);
    constexpr int kIcon = 12;
    auto* icon = new QLabel(line);
    icon->setFixedWidth(kIcon);
    icon->setContentsMargins(0, 2, 0, 0); // in the middle of the first line
    const auto [name, role] = iconOf(finding.level);
    if (!name.isEmpty())
        icon->setPixmap(m_theme.icon(name, role).pixmap(kIcon, kIcon));
    QLabel* text = rowLabel(visibleText(toText(finding.text)));
    text->setObjectName(u"finding"_s);
    text->setWordWrap(true);
    if (finding.level == Level::Note) {
        QPalette colors = text->palette();
        colors.setColor(QPalette::WindowText, m_theme.color(ColorRole::TextDim));
        text->setPalette(colors);
    }
    row->addWidget(icon, 0, Qt::AlignTop);
    row->addWidget(text, 1);
    m_findings->addWidget(line);
}

} // namespace gui
