#include "gui/app/start_page.h"

#include "gui/app/services.h"
#include "gui/app/settings.h"
#include "gui/app/start_entry_button.h"
#include "gui/context/in_background.h"
#include "gui/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    constexpr int kPageWidth = 1080;
    constexpr qsizetype kRecentShown = 8;
    constexpr qsizetype kSessionsShown = 12;

    QLabel* plainLabel(const QString& text, const QFont& font, bool isDim)
    {
        auto* label = new QLabel(text);
        label->setTextFormat(Qt::PlainText);
        label->setFont(font);
        label->setWordWrap(true);
        if (isDim)
            label->setForegroundRole(QPalette::PlaceholderText);
        return label;
    }

    void clear(QVBoxLayout& rows)
    {
        while (QLayoutItem* item = rows.takeAt(0)) {
            if (item->widget() != nullptr)
                item->widget()->deleteLater();
            delete item;
        }
    }

} // namespace

StartPage::StartPage(const Services& services, QWidget* parent)
    : QWidget(parent)
    , m_services(services)
{
    setObjectName(u"startPage"_s);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(scroll);

    auto* content = new QWidget(scroll);
    auto* across = new QHBoxLayout(content);
    auto* page = new QWidget(content);
    page->setMaximumWidth(kPageWidth);
    across->addStretch(1);
    across->addWidget(page, 100);
    across->addStretch(1);
    auto* column = new QVBoxLayout(page);
    column->setSpacing(6 * metrics::kSpacing);
    column->addSpacing(4 * metrics::kSpacing);
    column->addWidget(makeHead());
    auto* lists = new QHBoxLayout;
    lists->setSpacing(12 * metrics::kSpacing);
    column->addLayout(lists);
    column->addStretch(1);

    m_recent = makeSection(tr("Recent"), tr("Traces that you open are listed here."), kRecentShown);
    m_examples = makeSection(tr("Examples"), {}, 20);
    m_agents = makeSection(tr("Agents to run"), {}, 8);
    m_sessions = makeSection(tr("Sessions of agents on this computer"), {}, kSessionsShown);
    auto* left = new QVBoxLayout;
    left->setSpacing(6 * metrics::kSpacing);
    left->addWidget(m_recent.box);
    left->addWidget(m_examples.box);
    left->addWidget(m_agents.box);
    left->addStretch(1);
    lists->addLayout(left, 1);
    // On its own, so that the left takes all the width where there are no sessions.
    lists->addWidget(m_sessions.box, 1, Qt::AlignTop);
    scroll->setWidget(content);
    refresh();
}

StartPage::~StartPage()
{
    if (m_job)
        m_job->cancel();
}

QWidget* StartPage::makeHead()
{
    auto* head = new QWidget(this);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(metrics::kMargin, 0, metrics::kMargin, 0);
    row->setSpacing(2 * metrics::kMargin);
    auto* icon = new QLabel(head);
    icon->setPixmap(QIcon(u":/icons/kymo.svg"_s).pixmap(48, 48));
    row->addWidget(icon);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    QFont large = m_services.theme.textFont();
    large.setPixelSize(22);
    large.setWeight(QFont::DemiBold);
    words->addWidget(plainLabel(u"Kymo"_s, large, false));
    words->addWidget(plainLabel(tr("See what an AI agent did, step by step. Drop files or a folder "
                                   "anywhere in this window to open them."),
                                m_services.theme.textFont(),
                                true));
    row->addLayout(words, 1);
    const auto addButton = [&](const QString& text, void (StartPage::*request)()) {
        auto* button = new QPushButton(text, head);
        connect(button, &QPushButton::clicked, this, request);
        row->addWidget(button);
        return button;
    };
    QPushButton* open = addButton(tr("Open…"), &StartPage::openRequested);
    open->setDefault(true);
    setFocusProxy(open);
    addButton(tr("Open Folder…"), &StartPage::openFolderRequested);
    if (m_services.engine != nullptr)
        addButton(tr("Agents…"), &StartPage::agentsRequested);
    return head;
}

StartPage::Section
StartPage::makeSection(const QString& title, const QString& emptyText, qsizetype shown)
{
    Section section {new QWidget(this), new QVBoxLayout, emptyText, shown};
    auto* column = new QVBoxLayout(section.box);
    column->setContentsMargins(0, 0, 0, 0);
    QFont font = m_services.theme.textFont();
    font.setWeight(QFont::DemiBold);
    QLabel* label = plainLabel(title, font, false);
    label->setContentsMargins(metrics::kMargin, 0, 0, 0);
    column->addWidget(label);
    section.rows->setSpacing(2);
    column->addLayout(section.rows);
    section.box->hide();
    return section;
}

void StartPage::refresh()
{
    if (m_job)
        m_job->cancel();
    m_job = std::make_shared<tracestore::Job>();
    const auto make = [recent = m_services.settings.recent(),
                       examples = m_services.examplesDir,
                       folders = m_services.sessionFolders,
                       agents = m_services.engine != nullptr,
                       job = m_job] {
        return Lists {recentEntries(recent),
                      exampleEntries(examples),
                      sessionEntries(folders, *job),
                      agents ? agentEntries(examples) : QList<StartEntry>()};
    };
    inBackground(this, make, [this, job = m_job](const Lists& lists) {
        if (!job->isCancelled())
            showLists(lists);
    });
}

void StartPage::showLists(const Lists& lists)
{
    fill(m_recent, lists.recent, m_recent.shown);
    fill(m_examples, lists.examples, m_examples.shown);
    fill(m_sessions, lists.sessions, m_sessions.shown);
    fill(m_agents, lists.agents, m_agents.shown, &StartPage::agentRequested);
    emit listed();
}

void StartPage::fill(Section& section,
                     const QList<StartEntry>& entries,
                     qsizetype count,
                     Request request)
{
    clear(*section.rows);
    section.box->setVisible(!entries.isEmpty() || !section.emptyText.isEmpty());
    if (entries.isEmpty()) {
        QLabel* label = plainLabel(section.emptyText, m_services.theme.smallFont(), true);
        label->setContentsMargins(metrics::kMargin, 0, 0, 0);
        section.rows->addWidget(label);
        return;
    }
    for (qsizetype i = 0; i < std::min(count, entries.size()); ++i) {
        auto* button = new StartEntryButton(entries[i], m_services.theme, section.box);
        connect(button, &StartEntryButton::clicked, this, [this, button, request] {
            emit(this->*request)(button->entry().path);
        });
        section.rows->addWidget(button);
    }
    if (count >= entries.size())
        return;
    auto* more = new QPushButton(tr("Show all %1").arg(entries.size()), section.box);
    connect(more, &QPushButton::clicked, this, [this, &section, entries, request] {
        fill(section, entries, entries.size(), request);
    });
    section.rows->addWidget(more, 0, Qt::AlignLeft);
}

} // namespace gui
