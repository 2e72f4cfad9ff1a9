#pragma once

#include "gui/agents/config_text.h"

#include <QScrollArea>

#include <functional>

class QComboBox;
class QFormLayout;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;

namespace gui {

class Theme;

/// The fields of a configuration that one changes most, as a form. It reads them from the text and
/// says what the user makes of one; the text stays the only truth.
class AgentForm : public QScrollArea
{
    Q_OBJECT

public:
    explicit AgentForm(Theme& theme, QWidget* parent = nullptr);

    /// Shows what the text says. Fields that already say so are left alone.
    void setText(const std::string& text);

signals:
    /// Null takes the field out of the text.
    void edited(const gui::ConfigPath& path, const nlohmann::json& value);

private:
    /// A field and how it shows the value that the text has.
    struct Field
    {
        ConfigPath path;
        std::function<void(const std::optional<nlohmann::json>&)> show;
    };

    void addHeading(const QString& text);
    void addLine(const QString& label, const ConfigPath& path);
    void addNumber(const QString& label, const ConfigPath& path, bool isWhole);
    void addChoice(const QString& label, const ConfigPath& path, const QStringList& words);
    void addText(const QString& label, const ConfigPath& path);
    void addTools();
    void showProviders();
    void addTool();
    void removeTool();

    Theme& m_theme;
    QFormLayout* m_layout;
    std::vector<Field> m_fields;
    QComboBox* m_provider = nullptr;
    QListWidget* m_tools = nullptr;
    QLineEdit* m_newTool = nullptr;
    std::string m_text;
    bool m_isShowing = false; ///< fields change because the text does
};

} // namespace gui
