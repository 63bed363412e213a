#include "storage/migrate.h"
