#include "engine/statistics/distributions.h"

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace engine {
namespace {

    namespace policies = boost::math::policies;

    /// Nothing is thrown: what has no value is a NaN.
    using Quiet = policies::policy<policies::domain_error<policies::ignore_error>,
                                   policies::pole_error<policies::ignore_error>,
                                   policies::overflow_error<policies::ignore_error>,
                                   policies::evaluation_error<policies::ignore_error>,
                                   policies::promote_double<false>>;
    using Normal = boost::math::normal_distribution<double, Quiet>;
    using StudentsT = boost::math::students_t_distribution<double, Quiet>;
    using NonCentralT = boost::math::non_central_t_distribution<double, Quiet>;
    using Binomial = boost::math::binomial_distribution<double, Quiet>;

} // namespace

double normalQuantile(double p)
{
    return boost::math::quantile(Normal(), p);
}

double studentQuantile(double p, double freedom)
{
    return boost::math::quantile(StudentsT(freedom), p);
}

double nonCentralTAbove(double t, double freedom, double nonCentrality)
{
    return boost::math::cdf(boost::math::complement(NonCentralT(freedom, nonCentrality), t));
}

double fairCoinAtMost(std::size_t count, std::size_t n)
{
    return boost::math::cdf(Binomial(static_cast<double>(n), 0.5), static_cast<double>(count));
}

double fairCoinExactly(std::size_t count, std::size_t n)
{
    return boost::math::pdf(Binomial(static_cast<double>(n), 0.5), static_cast<double>(count));
}

} // namespace engine
