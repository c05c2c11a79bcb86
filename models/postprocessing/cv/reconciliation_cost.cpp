#include "models/postprocessing/cv/reconciliation_cost.hpp"
namespace qkdes {
double cv_reconciliation_beta(double, CvReconciliationMethod, double, std::size_t) { return 0.9; }
} // namespace qkdes
