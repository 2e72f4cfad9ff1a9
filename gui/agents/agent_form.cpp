#include "gui/agents/agent_form.h"

#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QComboBox>
#include <QDoubleValidator>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScopedValueRollback>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    QString textOf(const std::optional<nlohmann::json>& value)
    {
        if (!value)
            return {};
        return toText(value->is_string() ? value->get<std::string>() : value->dump());
    }

    nlohmann::json jsonOf(const QString& text)
    {
        return text.isEmpty() ? nlohmann::json() : nlohmann::json(text.toStdString());
    }

    QString nameOf(const ConfigPath& path)
    {
        QStringList names;
        for (const std::string& name : path)
            names << toText(name);
        return names.join(u'.');
    }

} // namespace

AgentForm::AgentForm(Theme& theme, QWidget* parent)
    : QScrollArea(parent)
    , m_theme(theme)
{
    setObjectName(u"agentForm"_s);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    auto* content = new QWidget(this);
    m_layout = new QFormLayout(content);
    m_layout->setContentsMargins(
        2 * metrics::kMargin, metrics::kMargin, 2 * metrics::kMargin, metrics::kMargin);
    m_layout->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_layout->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_layout->setHorizontalSpacing(2 * metrics::kMargin);
    m_layout->setVerticalSpacing(metrics::kMargin);
    addLine(tr("Name"), {"name"});
    addLine(tr("Version"), {"version"});
    addChoice(tr("Pattern"), {"pattern"}, {u"react"_s, u"planner"_s, u"team"_s});
    addHeading(tr("Model"));
    addChoice(tr("Provider"), {"model", "provider"}, {});
    m_provider = findChild<QComboBox*>(u"model.provider"_s);
    addLine(tr("Model"), {"model", "model"});
    addHeading(tr("Prompt"));
    addText(tr("Behaviour"), {"prompt", "behaviour"});
    addText(tr("When to use tools"), {"prompt", "toolGuidance"});
    addText(tr("When something fails"), {"prompt", "errorRecovery"});
    addText(tr("Earlier messages"), {"prompt", "contextRules"});
    addText(tr("Form of answers"), {"prompt", "outputFormat"});
    addHeading(tr("Tools"));
    addTools();
    addHeading(tr("Budget of an input; empty is no limit"));
    addNumber(tr("Cost in USD"), {"budget", "cost"}, false);
    addNumber(tr("Tokens"), {"budget", "tokens"}, true);
    addNumber(tr("Seconds"), {"budget", "seconds"}, false);
    addNumber(tr("Calls of models and tools"), {"budget", "steps"}, true);
    setWidget(content);
}

void AgentForm::addHeading(const QString& text)
{
    auto* label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    QFont bold = m_theme.textFont();
    bold.setWeight(QFont::DemiBold);
    label->setFont(bold);
    label->setContentsMargins(0, metrics::kMargin, 0, 0);
    m_layout->addRow(label);
}

void AgentForm::addLine(const QString& label, const ConfigPath& path)
{
    auto* edit = new QLineEdit;
    edit->setObjectName(nameOf(path));
    edit->setAccessibleName(label);
    m_layout->addRow(label, edit);
    connect(edit, &QLineEdit::textEdited, this, [this, path](const QString& text) {
        emit edited(path, jsonOf(text));
    });
    m_fields.push_back({path, [edit](const auto& value) {
                            if (edit->text() != textOf(value))
                                edit->setText(textOf(value));
                        }});
}

void AgentForm::addNumber(const QString& label, const ConfigPath& path, bool isWhole)
{
    auto* edit = new QLineEdit;
    edit->setObjectName(nameOf(path));
    edit->setAccessibleName(label);
    auto* validator = new QDoubleValidator(0, 1e15, isWhole ? 0 : 6, edit);
    validator->setLocale(QLocale::c());
    validator->setNotation(QDoubleValidator::StandardNotation);
    edit->setValidator(validator);
    edit->setMaximumWidth(160);
    m_layout->addRow(label, edit);
    connect(edit, &QLineEdit::textEdited, this, [this, path, isWhole, edit](const QString& text) {
        if (!text.isEmpty() && !edit->hasAcceptableInput())
            return;
        nlohmann::json value;
        if (!text.isEmpty() && isWhole)
            value = text.toLongLong();
        else if (!text.isEmpty())
            value = QLocale::c().toDouble(text);
        emit edited(path, value);
    });
    m_fields.push_back({path, [edit](const auto& value) {
                            const bool isSame = value && value->is_number()
                                && QLocale::c().toDouble(edit->text())
                                    == value->template get<double>()
                                && !edit->text().isEmpty();
                            if (!isSame && edit->text() != textOf(value))
                                edit->setText(textOf(value));
                        }});
}

void AgentForm::addChoice(const QString& label, const ConfigPath& path, const QStringList& words)
{
    auto* box = new QComboBox;
    box->setObjectName(nameOf(path));
    box->setAccessibleName(label);
    box->addItems(words);
    box->setMaximumWidth(260);
    m_layout->addRow(label, box);
    connect(box, &QComboBox::textActivated, this, [this, path](const QString& text) {
        emit edited(path, jsonOf(text));
    });
    m_fields.push_back({path, [box](const auto& value) {
                            const QString text = textOf(value);
                            const int at = box->findText(text);
                            if (at < 0 && !text.isEmpty())
                                box->addItem(text);
                            box->setCurrentIndex(box->findText(text));
                        }});
}

void AgentForm::addText(const QString& label, const ConfigPath& path)
{
    auto* edit = new QPlainTextEdit;
    edit->setObjectName(nameOf(path));
    edit->setAccessibleName(label);
    edit->setTabChangesFocus(true);
    edit->setFixedHeight(78);
    m_layout->addRow(label, edit);
    connect(edit, &QPlainTextEdit::textChanged, this, [this, path, edit] {
        if (!m_isShowing)
            emit edited(path, jsonOf(edit->toPlainText()));
    });
    m_fields.push_back({path, [edit](const auto& value) {
                            if (edit->toPlainText() != textOf(value))
                                edit->setPlainText(textOf(value));
                        }});
}

void AgentForm::addTools()
{
    m_tools = new QListWidget;
    m_tools->setObjectName(u"tools"_s);
    m_tools->setAccessibleName(tr("Tools"));
    m_tools->setFixedHeight(96);
    m_newTool = new QLineEdit;
    m_newTool->setObjectName(u"newTool"_s);
    m_newTool->setPlaceholderText(tr("Name of a built-in tool, e.g. calculator"));
    m_newTool->setAccessibleName(tr("Tool to add"));
    auto* add = new QPushButton(tr("Add"));
    add->setObjectName(u"addTool"_s);
    auto* remove = new QPushButton(tr("Remove"));
    remove->setObjectName(u"removeTool"_s);
    remove->setEnabled(false);
    auto* line = new QHBoxLayout;
    line->addWidget(m_newTool, 1);
    line->addWidget(add);
    line->addWidget(remove);
    m_layout->addRow(tr("Of this agent"), m_tools);
    m_layout->addRow(QString(), line);
    connect(add, &QPushButton::clicked, this, &AgentForm::addTool);
    connect(m_newTool, &QLineEdit::returnPressed, this, &AgentForm::addTool);
    connect(remove, &QPushButton::clicked, this, &AgentForm::removeTool);
    connect(m_tools, &QListWidget::currentRowChanged, remove, [remove](int row) {
        remove->setEnabled(row >= 0);
    });
    m_fields.push_back({{"tools"}, [this](const std::optional<nlohmann::json>& value) {
                            const int row = m_tools->currentRow();
                            m_tools->clear();
                            if (!value || !value->is_array())
                                return;
                            for (const nlohmann::json& tool : *value) {
                                const auto name = tool.is_object() ? tool.find("name") : tool.end();
                                const bool isNamed
                                    = tool.is_object() && name != tool.end() && name->is_string();
                                m_tools->addItem(isNamed ? singleLine(name->get<std::string>(), 80)
                                                         : tr("(without a name)"));
                            }
                            m_tools->setCurrentRow(std::min(row, m_tools->count() - 1));
                        }});
}

void AgentForm::addTool()
{
    const QString name = m_newTool->text().trimmed();
    if (name.isEmpty())
        return;
    auto tools = configValue(m_text, {"tools"}).value_or(nlohmann::json::array());
    if (!tools.is_array())
        return;
    tools.push_back({{"name", name.toStdString()}});
    m_newTool->clear();
    emit edited({"tools"}, tools);
}

void AgentForm::removeTool()
{
    auto tools = configValue(m_text, {"tools"}).value_or(nlohmann::json::array());
    const int row = m_tools->currentRow();
    if (!tools.is_array() || row < 0 || row >= static_cast<int>(tools.size()))
        return;
    tools.erase(static_cast<std::size_t>(row));
    emit edited({"tools"}, tools.empty() ? nlohmann::json() : tools);
}

/// The providers that the text names can be chosen.
void AgentForm::showProviders()
{
    QStringList names;
    const auto providers = configValue(m_text, {"providers"});
    if (providers && providers->is_array()) {
        for (const nlohmann::json& provider : *providers) {
            if (provider.is_object() && provider.contains("name") && provider["name"].is_string())
                names << toText(provider["name"].get<std::string>());
        }
    }
    QStringList shown;
    for (int i = 0; i < m_provider->count(); ++i)
        shown << m_provider->itemText(i);
    if (shown == names)
        return;
    m_provider->clear();
    m_provider->addItems(names);
}

void AgentForm::setText(const std::string& text)
{
    const QScopedValueRollback showing(m_isShowing, true);
    m_text = text;
    showProviders();
    for (const Field& field : m_fields)
        field.show(configValue(text, field.path));
}

} // namespace gui
