#include "gui/agents/key_dialog.h"

#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;

KeyDialog::KeyDialog(const engine::KeyNeed& need, QWidget* parent)
    : QDialog(parent)
    , m_key(new QLineEdit(this))
{
    setObjectName(u"keyDialog"_s);
    setWindowTitle(tr("Store a key"));
    const QString name = singleLine(need.name, 80);
    auto* text = new QLabel(tr("The key %1 goes into the key store of the desktop. It is not shown "
                               "again, and stands in no file of Kymo's. Where the environment "
                               "variable %2 is set, that goes first.")
                                .arg(name, singleLine(need.variable(), 80)),
                            this);
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    m_key->setObjectName(u"key"_s);
    m_key->setEchoMode(QLineEdit::Password);
    m_key->setAccessibleName(tr("Key"));
    m_key->setPlaceholderText(tr("Key"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    auto* store = buttons->addButton(tr("Store"), QDialogButtonBox::AcceptRole);
    store->setObjectName(u"giveKey"_s);
    store->setDefault(true);
    store->setEnabled(false);
    auto* column = new QVBoxLayout(this);
    column->setSpacing(metrics::kMargin);
    column->addWidget(text);
    column->addWidget(m_key);
    column->addWidget(buttons);
    setMinimumWidth(420);
    connect(m_key, &QLineEdit::textChanged, this, [this, store] {
        store->setEnabled(!m_key->text().trimmed().isEmpty());
    });
    connect(buttons, &QDialogButtonBox::accepted, this, &KeyDialog::give);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void KeyDialog::give()
{
    const engine::Secret key(m_key->text().trimmed().toStdString());
    m_key->clear();
    if (!key.isEmpty())
        emit given(key);
    accept();
}

} // namespace gui
