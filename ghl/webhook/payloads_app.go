package webhook

// Install is the payload of AppInstall. A bulk installation sends one per location.
type Install struct {
	AppID       string `json:"appId"`
	VersionID   string `json:"versionId"`
	InstallType string `json:"installType"` // "Location" or "Company"
	LocationID  string `json:"locationId"`
	CompanyID   string `json:"companyId"`
	UserID      string `json:"userId"`
	CompanyName string `json:"companyName"`
	PlanID      string `json:"planId"`
	Trial       Trial  `json:"trial"`
	// IsWhitelabelCompany says that the agency uses a name of its own; WhitelabelDetails is empty otherwise.
	IsWhitelabelCompany bool       `json:"isWhitelabelCompany"`
	WhitelabelDetails   Whitelabel `json:"whitelabelDetails"`
}

// Trial is a trial of a paid app.
type Trial struct {
	OnTrial        bool    `json:"onTrial"`
	TrialDuration  float64 `json:"trialDuration"` // days
	TrialStartDate Time    `json:"trialStartDate"`
}

// Whitelabel is how an agency shows itself.
type Whitelabel struct {
	Domain  string `json:"domain"`
	LogoURL string `json:"logoUrl"`
}

// Uninstall is the payload of AppUninstall: with LocationID for one location, with CompanyID for an agency.
type Uninstall struct {
	AppID      string `json:"appId"`
	LocationID string `json:"locationId"`
	CompanyID  string `json:"companyId"`
}

// PlanChanged is the payload of PlanChange.
type PlanChanged struct {
	AppID         string `json:"appId"`
	LocationID    string `json:"locationId"`
	CompanyID     string `json:"companyId"`
	UserID        string `json:"userId"`
	CurrentPlanID string `json:"currentPlanId"`
	NewPlanID     string `json:"newPlanId"`
}

// ExternalAuth is the payload of ExternalAuthConnected.
type ExternalAuth struct {
	AppID      string `json:"appId"`
	LocationID string `json:"locationId"`
	CompanyID  string `json:"companyId"`
	AuthType   string `json:"authType"` // "oauth2" or "basic"
	// Scopes, separated by spaces, and IsAutoRefreshTokenEnabled come with oauth2 only.
	Scopes                    string `json:"scopes"`
	IsAutoRefreshTokenEnabled bool   `json:"isAutoRefreshTokenEnabled"`
}

// SaaSPlan is the payload of SaaSPlanCreate. The vendor says that it may come in a list; a list of one is read, a longer one
// is left to [Event].Raw.
type SaaSPlan struct {
	PlanID       string      `json:"planId"`
	CompanyID    string      `json:"companyId"`
	Title        string      `json:"title"`
	Description  string      `json:"description"`
	SaaSProducts []string    `json:"saasProducts"`
	AddOns       []any       `json:"addOns"`
	PlanLevel    float64     `json:"planLevel"`
	TrialPeriod  float64     `json:"trialPeriod"` // days
	UserLimit    float64     `json:"userLimit"`
	ContactLimit float64     `json:"contactLimit"`
	Prices       []SaaSPrice `json:"prices"`
	CategoryID   string      `json:"categoryId"`
	SnapshotID   string      `json:"snapshotId"`
	ProductID    string      `json:"productId"`
	IsSaaSV2     bool        `json:"isSaaSV2"`
	CreatedAt    Time        `json:"createdAt"`
	UpdatedAt    Time        `json:"updatedAt"`
}

// SaaSPrice is a price of a plan.
type SaaSPrice struct {
	ID              string  `json:"id"`
	BillingInterval string  `json:"billingInterval"` // "month" or "year"
	Active          bool    `json:"active"`
	Amount          float64 `json:"amount"` // in the smallest unit of the currency
	Currency        string  `json:"currency"`
	Symbol          string  `json:"symbol"`
}

// ObjectSchema is the payload of ObjectSchemaCreate and ObjectSchemaUpdate.
type ObjectSchema struct {
	ID                     string       `json:"id"`
	Key                    string       `json:"key"`
	Labels                 ObjectLabels `json:"labels"`
	Description            string       `json:"description"`
	PrimaryDisplayProperty string       `json:"primaryDisplayProperty"`
	SearchableProperties   []string     `json:"searchableProperties"`
	ObjectType             string       `json:"objectType"`
	CreatedBy              any          `json:"createdBy"`
	UpdatedBy              any          `json:"updatedBy"`
	CreatedAt              Time         `json:"createdAt"`
	UpdatedAt              Time         `json:"updatedAt"`
}

// ObjectLabels are the names of an object.
type ObjectLabels struct {
	Singular string `json:"singular"`
	Plural   string `json:"plural"`
}

// Record is the payload of RecordCreate, RecordUpdate and RecordDelete, for custom objects and for companies.
type Record struct {
	ID         string           `json:"id"`
	Owners     []string         `json:"owners"`
	Followers  []string         `json:"followers"`
	Properties []RecordProperty `json:"properties"`
}

// RecordProperty is a value of a record.
type RecordProperty struct {
	Key         string `json:"key"`
	ValueString string `json:"valueString"`
}

// Association is the payload of AssociationCreate, AssociationUpdate and AssociationDelete. The cardinalities are not sent with
// a create.
type Association struct {
	ID                                   string `json:"id"`
	Key                                  string `json:"key"`
	AssociationType                      string `json:"associationType"`
	FirstObjectKey                       string `json:"firstObjectKey"`
	FirstObjectLabel                     string `json:"firstObjectLabel"`
	FirstObjectToSecondObjectCardinality string `json:"firstObjectToSecondObjectCardinality"`
	SecondObjectKey                      string `json:"secondObjectKey"`
	SecondObjectLabel                    string `json:"secondObjectLabel"`
	SecondObjectToFirstObjectCardinality string `json:"secondObjectToFirstObjectCardinality"`
}

// Relation is the payload of RelationCreate and RelationDelete.
type Relation struct {
	ID             string `json:"id"`
	AssociationID  string `json:"associationId"`
	FirstObjectKey string `json:"firstObjectKey"`
	FirstRecordID  string `json:"firstRecordId"`
	// SecondObjectKey is for example "contact", and SecondRecordID then a contact's id.
	SecondObjectKey string `json:"secondObjectKey"`
	SecondRecordID  string `json:"secondRecordId"`
}
