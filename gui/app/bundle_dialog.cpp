#include "gui/app/bundle_dialog.h"

#include "gui/context/in_background.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using engine::BundleRequest;
using engine::DebugBundle;
using tracestore::Result;

namespace {

    /// The preview is to be read; who hides a word in every step of a long run reads no further.
    constexpr std::size_t kMostPlaces = 5'000;

    QLabel* dialogLabel(const QString& text, QWidget* parent)
    {
        auto* label = new QLabel(text, parent);
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        return label;
    }

    QString previewOf(const DebugBundle& bundle)
    {
        QStringList lines {BundleDialog::tr("In the bundle:")};
        for (const std::string& one : bundle.contents())
            lines << u"    "_s + singleLine(one, 300);
        if (!bundle.places().empty())
            lines << QString() << BundleDialog::tr("Masked:");
        for (std::size_t i = 0; i < std::min(bundle.places().size(), kMostPlaces); ++i) {
            const engine::MaskedPlace& place = bundle.places()[i];
            QString line = u"    "_s + singleLine(place.where, 200) + u"    "_s
                + singleLine(place.rule, 100);
            if (place.count > 1)
                line += u"  × "_s + QString::number(place.count);
            lines << line;
        }
        if (bundle.places().size() > kMostPlaces)
            lines << BundleDialog::tr("    and %1 more places")
                         .arg(bundle.places().size() - kMostPlaces);
        for (const std::string& remark : bundle.remarks())
            lines << QString() << singleLine(remark, 500);
        return lines.join(u'\n');
    }

} // namespace

QStringList branchesBeside(const QString& file)
{
    const QFileInfo info(file);
    if (info.suffix() != u"kymo"_s)
        return {};
    QStringList branches;
    const auto found = info.dir().entryInfoList(
        {info.completeBaseName() + u".*.kymo"_s}, QDir::Files, QDir::Name);
    for (const QFileInfo& one : found)
        branches << one.filePath();
    return branches;
}

BundleDialog::BundleDialog(BundleRequest base, Theme& theme, QWidget* parent)
    : QDialog(parent)
    , m_base(std::move(base))
    , m_theme(theme)
    , m_branches(new QListWidget(this))
    , m_masks(new QPlainTextEdit(this))
    , m_hidesKeys(
          new QCheckBox(tr("Hide what looks like a key or is a secret of this computer"), this))
    , m_summary(dialogLabel({}, this))
    , m_preview(new QPlainTextEdit(this))
{
    setObjectName(u"bundleDialog"_s);
    setWindowTitle(tr("Save Debug Bundle"));
    addFields();
    addBranches();
    m_soon.setSingleShot(true);
    m_soon.setInterval(400);
    connect(&m_soon, &QTimer::timeout, this, &BundleDialog::prepare);
    resize(720, 640);
    prepare();
}

BundleDialog::~BundleDialog()
{
    if (m_job)
        m_job->cancel();
}

void BundleDialog::addFields()
{
    m_branches->setObjectName(u"bundleBranches"_s);
    m_branches->setAccessibleName(tr("Branches to put in"));
    m_masks->setObjectName(u"bundleMasks"_s);
    m_masks->setAccessibleName(tr("What to hide"));
    m_masks->setFont(m_theme.codeFont());
    m_masks->setTabChangesFocus(true);
    m_masks->setPlaceholderText(u"args.email\nfind_customer:result\n/[a-z]+@shop\\.example/\n"
                                u"\"Ada Lovelace\""_s);
    m_hidesKeys->setChecked(true);
    m_preview->setObjectName(u"bundlePreview"_s);
    m_preview->setAccessibleName(tr("What is in the bundle and what is masked"));
    m_preview->setReadOnly(true);
    m_preview->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_preview->setFont(m_theme.codeFont());
    auto* column = new QVBoxLayout(this);
    column->addWidget(dialogLabel(tr("One file with the trace, its notes, breakpoints and watches, "
                                     "to go on with it elsewhere."),
                                  this));
    column->addWidget(m_branches, 1);
    column->addWidget(dialogLabel(tr("Hide these wherever their values stand, one a line: an "
                                     "argument, a result of a tool, a pattern, a text."),
                                  this));
    column->addWidget(m_masks, 1);
    column->addWidget(m_hidesKeys);
    column->addWidget(m_summary);
    column->addWidget(m_preview, 3);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_save = buttons->addButton(tr("Save…"), QDialogButtonBox::AcceptRole);
    m_save->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    column->addWidget(buttons);
    connect(m_masks, &QPlainTextEdit::textChanged, this, &BundleDialog::prepareSoon);
    connect(m_hidesKeys, &QCheckBox::toggled, this, &BundleDialog::prepareSoon);
}

void BundleDialog::addBranches()
{
    const QString file = QFile::decodeName(QByteArray::fromStdString(m_base.file.string()));
    const QStringList branches = branchesBeside(file);
    for (const QString& branch : branches) {
        auto* item = new QListWidgetItem(visibleText(QFileInfo(branch).fileName()), m_branches);
        item->setData(Qt::UserRole, branch);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setCheckState(Qt::Checked);
    }
    m_branches->setVisible(!branches.isEmpty());
    connect(m_branches, &QListWidget::itemChanged, this, &BundleDialog::prepareSoon);
}

QStringList BundleDialog::maskLines() const
{
    QStringList lines;
    const auto typed = m_masks->toPlainText().split(u'\n');
    for (const QString& line : typed) {
        if (!line.trimmed().isEmpty())
            lines << line.trimmed();
    }
    return lines;
}

void BundleDialog::prepareSoon()
{
    m_bundle.reset();
    m_save->setEnabled(false);
    m_soon.start();
}

void BundleDialog::prepare()
{
    if (m_job)
        m_job->cancel();
    m_bundle.reset();
    m_save->setEnabled(false);
    std::vector<std::string> written;
    const QStringList lines = maskLines();
    for (const QString& line : lines)
        written.push_back(line.toStdString());
    auto rules = engine::readMaskRules(written);
    if (!rules) {
        m_summary->setText(visibleText(toText(rules.error().message)));
        emit prepared();
        return;
    }
    BundleRequest request = m_base;
    request.rules = std::move(*rules);
    request.hidesKeys = m_hidesKeys->isChecked();
    if (!request.hidesKeys)
        request.secrets.clear();
    for (int i = 0; i < m_branches->count(); ++i) {
        const QListWidgetItem& item = *m_branches->item(i);
        if (item.checkState() == Qt::Checked)
            request.branches.emplace_back(
                QFile::encodeName(item.data(Qt::UserRole).toString()).toStdString());
    }
    m_summary->setText(tr("Looking through the trace…"));
    m_job = std::make_shared<tracestore::Job>();
    const auto make = [request = std::move(request), job = m_job]() mutable {
        // Shared, since what is watched for its end has to be copied.
        return std::make_shared<Result<DebugBundle>>(
            DebugBundle::prepare(std::move(request), *job));
    };
    inBackground(this, make, [this, job = m_job](const auto& bundle) {
        if (job == m_job)
            showPreview(*bundle);
        if (job == m_job && *bundle) {
            m_bundle = std::shared_ptr<const DebugBundle>(bundle, &**bundle);
            m_save->setEnabled(true);
        }
        if (job == m_job)
            emit prepared();
    });
}

void BundleDialog::showPreview(const Result<DebugBundle>& bundle)
{
    if (!bundle) {
        m_summary->setText(visibleText(toText(bundle.error().message)));
        m_preview->clear();
        return;
    }
    std::uint64_t values = 0;
    for (const engine::MaskedPlace& place : bundle->places())
        values += place.count;
    m_summary->setText(values == 0 ? tr("Nothing to mask was found.")
                                   : tr("%1 values are masked, in %2 places.")
                                         .arg(formatCount(static_cast<std::int64_t>(values)),
                                              formatCount(std::ssize(bundle->places()))));
    m_preview->setPlainText(previewOf(*bundle));
}

} // namespace gui
