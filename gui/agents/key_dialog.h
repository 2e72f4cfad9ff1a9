#pragma once

#include "engine/config/key_needs.h"
#include "engine/config/secret.h"

#include <QDialog>

class QLineEdit;

namespace gui {

/// Asks for a key, which is not shown, and forgets it at once.
class KeyDialog : public QDialog
{
    Q_OBJECT

public:
    KeyDialog(const engine::KeyNeed& need, QWidget* parent);

signals:
    void given(const engine::Secret& key);

private:
    void give();

    QLineEdit* m_key;
};

} // namespace gui
