#include "gui/agents/key_panel.h"

#include "gui/agents/key_dialog.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QMessageBox>
#include <QPushButton>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using engine::EngineService;
using engine::KeyNeed;
using engine::KeyPlace;

KeyPanel::KeyPanel(Theme& theme, EngineService* engine, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_engine(engine)
    , m_list(new QListWidget(this))
    , m_note(new QLabel(this))
    , m_store(new QPushButton(tr("Store key…"), this))
    , m_remove(new QPushButton(tr("Remove"), this))
{
    setObjectName(u"keyPanel"_s);
    m_list->setObjectName(u"keyList"_s);
    m_list->setAccessibleName(tr("Keys"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setTextElideMode(Qt::ElideMiddle);
    m_list->setWordWrap(true);
    m_list->setIconSize({12, 12});
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_note->setObjectName(u"keyNote"_s);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    m_store->setObjectName(u"storeKey"_s);
    m_store->setToolTip(tr("Put the key into the key store of the desktop"));
    m_remove->setObjectName(u"removeKey"_s);
    m_remove->setToolTip(tr("Take the key out of the key store of the desktop"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kSpacing);
    column->addWidget(m_list, 1);
    column->addWidget(m_note);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(metrics::kSpacing);
    buttons->addWidget(m_store);
    buttons->addWidget(m_remove);
    buttons->addStretch(1);
    column->addLayout(buttons);
    m_note->hide();
    connect(m_list, &QListWidget::currentRowChanged, this, &KeyPanel::updateButtons);
    connect(m_store, &QPushButton::clicked, this, &KeyPanel::askForKey);
    connect(m_remove, &QPushButton::clicked, this, &KeyPanel::remove);
    connect(&theme, &Theme::changed, this, &KeyPanel::showKeys);
    if (engine == nullptr)
        return;
    connect(engine, &EngineService::keysFound, this, &KeyPanel::takeReport);
    connect(engine, &EngineService::keyChanged, this, &KeyPanel::takeChange);
}

void KeyPanel::setNeeds(const std::vector<KeyNeed>& needs, bool isKnown)
{
    const bool isSame = needs == m_needs && isKnown == m_isKnown;
    m_needs = needs;
    m_isKnown = isKnown;
    if (!isSame)
        m_problem.clear();
    showKeys();
    if (!isSame && !needs.empty() && m_engine != nullptr)
        m_engine->findKeys(needs);
}

void KeyPanel::takeReport(const engine::KeyReport& report)
{
    m_report = report;
    showKeys();
}

void KeyPanel::takeChange(const std::string& name, const QString& problem)
{
    if (std::ranges::find(m_needs, name, &KeyNeed::name) == m_needs.end())
        return;
    m_problem = problem;
    showKeys();
    m_engine->findKeys(m_needs);
    if (problem.isEmpty())
        emit changed();
}

KeyPlace KeyPanel::placeOf(const KeyNeed& need) const
{
    if (m_engine == nullptr)
        return qEnvironmentVariableIsSet(need.variable().c_str()) ? KeyPlace::Environment
                                                                  : KeyPlace::Nowhere;
    const auto found = m_report.places.find(need.name);
    return found == m_report.places.end() ? KeyPlace::Unknown : found->second;
}

namespace {

    QString userText(const KeyNeed& need)
    {
        const QString name = singleLine(need.userName, 60);
        switch (need.user) {
        case engine::KeyUser::Tool:
            return KeyPanel::tr("tool %1").arg(name);
        case engine::KeyUser::Server:
            return KeyPanel::tr("server %1").arg(name);
        default:
            return KeyPanel::tr("provider %1").arg(name);
        }
    }

    QString placeText(KeyPlace place)
    {
        switch (place) {
        case KeyPlace::Environment:
            return KeyPanel::tr("set in the environment");
        case KeyPlace::KeyStore:
            return KeyPanel::tr("in the key store");
        case KeyPlace::Nowhere:
            return KeyPanel::tr("not set");
        default:
            return KeyPanel::tr("not known");
        }
    }

} // namespace

void KeyPanel::showKeys()
{
    m_list->setFont(m_theme.smallFont());
    m_note->setFont(m_theme.smallFont());
    QPalette colors = m_note->palette();
    colors.setColor(QPalette::WindowText, m_theme.color(ColorRole::TextDim));
    m_note->setPalette(colors);
    const int row = std::max(0, m_list->currentRow());
    m_list->clear();
    bool isAllThere = true;
    for (const KeyNeed& need : m_needs) {
        const KeyPlace place = placeOf(need);
        const bool isThere = place == KeyPlace::Environment || place == KeyPlace::KeyStore;
        isAllThere = isAllThere && isThere;
        auto* item = new QListWidgetItem(QString(singleLine(need.name, 80) + u" · "_s
                                                 + placeText(place) + u" · "_s + userText(need)),
                                         m_list);
        item->setIcon(isThere ? m_theme.icon(u"status-ok"_s, ColorRole::Ok)
                              : m_theme.icon(u"status-warning"_s, ColorRole::Warning));
    }
    if (m_needs.empty())
        (new QListWidgetItem(
             m_isKnown ? tr("It needs none") : tr("Not known before the text can be read"), m_list))
            ->setFlags(Qt::NoItemFlags);
    else
        m_list->setCurrentRow(std::min(row, m_list->count() - 1));
    QString note = m_problem;
    if (note.isEmpty() && !isAllThere)
        note = visibleText(toText(m_report.problem));
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
    updateButtons();
}

const KeyNeed* KeyPanel::current() const
{
    const int row = m_list->currentRow();
    return row < 0 || row >= static_cast<int>(m_needs.size())
        ? nullptr
        : &m_needs[static_cast<std::size_t>(row)];
}

void KeyPanel::updateButtons()
{
    const KeyNeed* need = current();
    m_store->setVisible(m_engine != nullptr && !m_needs.empty());
    m_remove->setVisible(m_store->isVisibleTo(this));
    m_store->setEnabled(need != nullptr && m_report.hasStore);
    m_remove->setEnabled(need != nullptr && placeOf(*need) == KeyPlace::KeyStore);
}

void KeyPanel::askForKey()
{
    const KeyNeed* need = current();
    if (need == nullptr)
        return;
    auto* dialog = new KeyDialog(*need, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &KeyDialog::given, this, [this, name = need->name](const engine::Secret& key) {
        m_engine->storeKey(name, key);
    });
    dialog->open();
}

void KeyPanel::remove()
{
    const KeyNeed* need = current();
    if (need == nullptr)
        return;
    auto* box
        = new QMessageBox(QMessageBox::Question,
                          tr("Remove a key"),
                          tr("Take the key %1 out of the key store of the desktop? Kymo cannot "
                             "bring it back.")
                              .arg(singleLine(need->name, 80)),
                          QMessageBox::Cancel,
                          this);
    box->setObjectName(u"askBeforeRemoving"_s);
    box->setTextFormat(Qt::PlainText);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->addButton(tr("Remove"), QMessageBox::AcceptRole)->setObjectName(u"reallyRemove"_s);
    connect(box, &QMessageBox::accepted, this, [this, name = need->name] {
        m_engine->removeKey(name);
    });
    box->open();
}

} // namespace gui
