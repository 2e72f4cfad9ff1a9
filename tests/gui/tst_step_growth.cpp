#include "gui/context/session_context.h"
#include "gui/models/step_tree_model.h"
#include "gui/theme/theme.h"
#include "tests/support/changing_trace.h"

#include <QAbstractItemModelTester>
#include <QTest>

#include <map>

using namespace gui;
using tests::ChangingTrace;
using tracestore::SpanId;
using tracestore::TracePtr;

/// What a context and the step tree keep while a trace grows is what they would make anew.
class TestStepGrowth : public QObject
{
    Q_OBJECT

private slots:
    void comesToTheSameAsMakingItAnew_data();
    void comesToTheSameAsMakingItAnew();
};

namespace {

/// By span, as far as it is in sight.
std::map<std::uint32_t, QStringList> rowTexts(const StepTreeModel& model)
{
    std::map<std::uint32_t, QStringList> texts;
    for (int row = 0; row < model.rowCount(); ++row) {
        const QModelIndex index = model.index(row, 0);
        QStringList& text = texts[index.data(StepTreeModel::SpanRole).toUInt()];
        text << index.data(StepTreeModel::DepthRole).toString()
             << index.data(StepTreeModel::CountBelowRole).toString() << model.rowText(row);
    }
    return texts;
}

std::map<std::uint32_t, bool> openSpans(const StepTree& tree)
{
    std::map<std::uint32_t, bool> open;
    for (std::size_t i = 0; i < tree.trace().spanCount(); ++i)
        open[static_cast<std::uint32_t>(i)] = tree.isOpen(tree.nodeOf(SpanId(i)));
    return open;
}

} // namespace

void TestStepGrowth::comesToTheSameAsMakingItAnew_data()
{
    QTest::addColumn<std::size_t>("sessions");
    QTest::newRow("one session") << std::size_t(1);
    QTest::newRow("several sessions") << std::size_t(3);
}

void TestStepGrowth::comesToTheSameAsMakingItAnew()
{
    QFETCH(std::size_t, sessions);
    Theme theme;
    for (unsigned seed = 1; seed <= 12; ++seed) {
        ChangingTrace run(seed, sessions);
        run.goOn(30);
        SessionContext context(run.trace(), theme);
        StepTreeModel model(context);
        const QAbstractItemModelTester tester(&model);
        connect(&context, &SessionContext::traceGrown, &model, &StepTreeModel::takeGrowth);
        for (int step = 0; step < 40; ++step) {
            for (int i = 0; i < 3; ++i)
                model.setOpen(static_cast<int>(run.pick(std::size_t(model.rowCount()))),
                              run.pick(3) > 0);
            const auto open = openSpans(model.tree());
            run.goOn(run.pick(6));
            context.setTrace(run.trace());

            QCOMPARE(context.totals(), tracestore::totals(*context.trace()));
            QCOMPARE(model.tree().rows(), model.tree().wantedRows());
            const auto openNow = openSpans(model.tree());
            for (const auto& [span, isOpen] : open)
                QCOMPARE(openNow.at(span), isOpen);
            StepTreeModel anew(context);
            anew.openAll();
            const auto all = rowTexts(anew);
            for (const auto& [span, text] : rowTexts(model))
                QCOMPARE(text, all.at(span));
        }
    }
}

QTEST_MAIN(TestStepGrowth)
#include "tst_step_growth.moc"
