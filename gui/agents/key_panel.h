#pragma once

#include "engine/runtime/engine_service.h"

#include <QWidget>

class QLabel;
class QListWidget;
class QPushButton;

namespace gui {

class Theme;

/// The keys that a configuration names: whether each is there and where, and the ways to put one
/// into the key store of the desktop and to take it out. No key is ever shown.
class KeyPanel : public QWidget
{
    Q_OBJECT

public:
    /// Without an engine keys are looked for in the environment alone.
    KeyPanel(Theme& theme, engine::EngineService* engine, QWidget* parent = nullptr);

    /// `isKnown`: the text could be read.
    void setNeeds(const std::vector<engine::KeyNeed>& needs, bool isKnown);

    [[nodiscard]] const std::vector<engine::KeyNeed>& needs() const { return m_needs; }

signals:
    /// A key was stored or removed.
    void changed();

private:
    void takeReport(const engine::KeyReport& report);
    void takeChange(const std::string& name, const QString& problem);
    void showKeys();
    void updateButtons();
    void askForKey();
    void remove();
    [[nodiscard]] const engine::KeyNeed* current() const;
    [[nodiscard]] engine::KeyPlace placeOf(const engine::KeyNeed& need) const;

    Theme& m_theme;
    engine::EngineService* m_engine;
    std::vector<engine::KeyNeed> m_needs;
    engine::KeyReport m_report;
    bool m_isKnown = false;
    QString m_problem; ///< of the last change
    QListWidget* m_list;
    QLabel* m_note;
    QPushButton* m_store;
    QPushButton* m_remove;
};

} // namespace gui
