#include "gui/inspector/attributes_page.h"

#include "gui/models/json_document.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/widgets/json_tree_view.h"
#include "tracestore/base/json_io.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::Attribute;

AttributesPage::AttributesPage(Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_filter(new QLineEdit)
    , m_count(new QLabel)
    , m_tree(new JsonTreeView(theme))
{
    m_filter->setPlaceholderText(tr("Filter by key or value"));
    m_filter->setAccessibleName(tr("Filter the attributes"));
    m_filter->setClearButtonEnabled(true);
    m_count->setTextFormat(Qt::PlainText);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(
        metrics::kMargin, metrics::kSpacing, metrics::kMargin, metrics::kSpacing);
    row->addWidget(m_filter, 1);
    row->addWidget(m_count);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(m_tree, 1);
    connect(m_filter, &QLineEdit::textChanged, this, &AttributesPage::showMatching);
}

void AttributesPage::setAttributes(std::vector<Attribute> attributes)
{
    m_attributes = std::move(attributes);
    showMatching();
}

void AttributesPage::showMatching()
{
    const QString wanted = m_filter->text();
    std::vector<Attribute> matching;
    for (const Attribute& attribute : m_attributes)
        if (wanted.isEmpty() || toText(attribute.key).contains(wanted, Qt::CaseInsensitive)
            || toText(attribute.json).contains(wanted, Qt::CaseInsensitive))
            matching.push_back(attribute);
    m_count->setText(wanted.isEmpty()
                         ? QString()
                         : tr("%1 of %2").arg(matching.size()).arg(m_attributes.size()));
    auto document = JsonDocument::parse(attributesJson(matching));
    m_tree->setDocument(document ? *document : nullptr);
}

std::string attributesJson(const std::vector<Attribute>& attributes)
{
    std::string json = "{";
    for (const Attribute& attribute : attributes) {
        if (json.size() > 1)
            json += ",\n";
        json += tracestore::quoteJson(attribute.key) + ": ";
        json += JsonDocument::parse(attribute.json) ? attribute.json
                                                    : tracestore::quoteJson(attribute.json);
    }
    return json + "}";
}

std::string eventsJson(const std::vector<tracestore::SpanEvent>& events,
                       std::optional<tracestore::Timestamp> start)
{
    std::string json = "{";
    for (const tracestore::SpanEvent& event : events) {
        std::string key = event.name;
        if (event.time && start)
            key = "+" + formatDuration(*event.time - *start).toStdString() + "  " + key;
        else if (event.time)
            key = formatTimestamp(*event.time).toStdString() + "  " + key;
        if (json.size() > 1)
            json += ",\n";
        json += tracestore::quoteJson(key) + ": " + attributesJson(event.attributes);
    }
    return json + "}";
}

} // namespace gui
